/* host: which machine a path says its log is from. */
#ifndef SPOOR_INGEST_HOST_H
#define SPOOR_INGEST_HOST_H

#include "src/base/str.h"

/* HOST/var/log/..., HOST/home/alice/.bash_history, a UAC tree
 * (uac-HOST-linux-20260304.../[root]/...), a Velociraptor tree
 * (Collection-HOST-2026...). Members are given as the container's path, a slash
 * and their own. The slice lies in `path`; empty when the path says nothing. */
struct str host_from_path(struct str path);

#endif
