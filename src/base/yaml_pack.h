/* yaml_pack: a parsed YAML file as bytes. The build packs the files that are
 * shipped in the program, so that no start parses them again: unpacking takes
 * an eighth of the instructions. A packed tree never leaves the program it was
 * built into, so its form may change with any version. */
#ifndef SPOOR_BASE_YAML_PACK_H
#define SPOOR_BASE_YAML_PACK_H

#include "src/base/buf.h"
#include "src/base/yaml.h"

void yaml_pack(const struct yaml_file *file, struct buf *out);

/* The texts of the tree are slices of `packed`, which must outlive it. NULL
 * when these are not the bytes of yaml_pack(). */
struct yaml_file *yaml_unpack(struct str packed);

#endif
