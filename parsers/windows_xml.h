/* windows_xml: the XML form of a Windows event ([MS-EVEN6], the schema
 * win/2004/08/events), as wevtutil, the Event Viewer and PowerShell write it
 * and Sysmon for Linux logs it. Only this shape of XML: no document type, no
 * entities but the five and numbers. */
#ifndef SPOOR_PARSERS_WINDOWS_XML_H
#define SPOOR_PARSERS_WINDOWS_XML_H

#include "parsers/windows.h"
#include "src/base/arena.h"

/* A zeroed one is ready for use. */
struct windows_xml {
    struct arena arena; /* of texts that were written with entities */
    struct windows_value *values;
    size_t count, capacity;
};

void windows_xml_done(struct windows_xml *xml);

/* Read `<Event ...> ... </Event>`. -1 when it is not whole; `out` then has what
 * came before the fault. Slices live as long as `text` and until the next call.
 */
int windows_xml_read(
    struct windows_xml *xml, struct str text, struct windows_event *out);

/* Whether a text begins like such an event. */
bool windows_xml_is_event(struct str text);

#endif
