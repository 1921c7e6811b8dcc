/* collection: what the tools that collect evidence make of the paths of a
 * machine. */
#ifndef SPOOR_INGEST_COLLECTION_H
#define SPOOR_INGEST_COLLECTION_H

#include "src/base/buf.h"

/* Where a member of a collection lay on its machine, appended to `original`:
 * "C:/Windows/a.log" for "uploads/auto/C%3A/Windows/a.log" (Velociraptor),
 * "/var/log/a.log" for "[root]/var/log/a.log" (UAC), "C:/a.log" for "C/a.log"
 * (KAPE, CyLR). The collector's name; NULL, with nothing appended, when the
 * path is not of this kind. */
const char *collection_original(struct str path, struct buf *original);

/* Whose archive this is by its name ("uac-web01-linux-20260304.tar.gz"), or
 * NULL. */
const char *collection_of_archive(struct str path);

/* A path as a tool wrote it, for comparing: slashes, nothing of "./", "/" and
 * "\\.\" before it. Appended. */
void collection_plain_path(struct str path, struct buf *out);

/* "C", "C:", "C%3A" or "%5C%5C.%5CC%3A": the folder of a drive. */
bool collection_is_drive(struct str name);

/* Which machine it is, out of the description that a collector puts in
 * (Velociraptor's client_info.json): its name, appended. */
void collection_read_host(struct str json, struct buf *out);
#define COLLECTION_DESCRIPTION "client_info.json"

#endif
