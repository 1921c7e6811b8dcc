/* A record's BinXml as XML, indented as the Event Viewer shows it. For the eye:
 * events are made without it (evtx_plan.c). An attribute whose substitution is
 * null is left out, and an array is as many elements, as Windows does. */
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { INDENT = 2 };

/* One open element. */
struct element {
    struct str name; /* UTF-16, in the chunk */
    size_t start;    /* of its tag in `out` */
    bool has_content, has_children;
};

struct render {
    struct str chunk;
    struct buf *out;
    size_t out_max;
    struct element elements[LIMIT_DEPTH];
    size_t depth;
    int fragments;
    struct evtx_value *values; /* of all fragments at work, a stack */
    size_t value_count;
    struct evtx_room room;
    bool in_attribute, has_text; /* has_text: of the attribute */
    size_t attribute_start;
};

/* The values that substitutions of these tokens stand for. */
struct scope {
    const struct evtx_value *values;
    size_t count;
};

/* --- text ----------------------------------------------------------------- */

static const char *entity_of(char c, bool in_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_attribute ? "&quot;" : NULL;
    default:
        return NULL;
    }
}

/* What a terminal may take for a command: C0 but line ends and tabs, DEL, and
 * C1, which UTF-8 writes as C2 80 to C2 9F. */
static bool is_control(struct str text, size_t at)
{
    unsigned char c = (unsigned char)text.ptr[at];
    if (c == 0xC2 && at + 1 < text.len)
        return (unsigned char)text.ptr[at + 1] < 0xA0;
    return (c < ' ' && c != '\n' && c != '\t') || c == 0x7F;
}

static void add_text(struct render *render, struct str text)
{
    struct buf *out = render->out;
    for (size_t i = 0; i < text.len; i++) {
        const char *entity = entity_of(text.ptr[i], render->in_attribute);
        if (entity != NULL) {
            buf_add_cstr(out, entity);
        } else if (text.ptr[i] == '\r' && i + 1 < text.len &&
                   text.ptr[i + 1] == '\n') {
            continue; /* lines end with a newline */
        } else if (is_control(text, i)) {
            if ((unsigned char)text.ptr[i] == 0xC2)
                i++;
            buf_printf(out, "&#x%X;", (unsigned char)text.ptr[i]);
        } else {
            buf_add_char(out, text.ptr[i]);
        }
    }
    render->has_text |= text.len > 0;
}

static void add_utf16(struct render *render, struct str utf16)
{
    render->room.used = 0;
    add_text(render, evtx_utf16_text(&render->room, utf16));
}

static void add_value(struct render *render, const struct evtx_value *value)
{
    render->room.used = 0;
    add_text(render, evtx_value_text(&render->room, value));
}

static void new_line(struct render *render, size_t depth)
{
    if (render->out->len > 0)
        buf_add_char(render->out, '\n');
    for (size_t i = 0; i < INDENT * depth; i++)
        buf_add_char(render->out, ' ');
}

/* --- elements ------------------------------------------------------------- */

static struct element *innermost(struct render *render)
{
    return render->depth == 0 ? NULL : &render->elements[render->depth - 1];
}

/* Something follows the start tag. */
static void begin_content(struct render *render)
{
    struct element *element = innermost(render);
    if (element == NULL || element->has_content)
        return;
    element->has_content = true;
    buf_add_char(render->out, '>');
}

static bool open_element(struct render *render, struct str name)
{
    if (render->depth == LIMIT_DEPTH)
        return false;
    begin_content(render);
    if (render->depth > 0)
        innermost(render)->has_children = true;
    new_line(render, render->depth);
    render->elements[render->depth++] =
        (struct element){.name = name, .start = render->out->len};
    buf_add_char(render->out, '<');
    add_utf16(render, name);
    return true;
}

static void add_end_tag(struct render *render, const struct element *element)
{
    buf_add_cstr(render->out, "</");
    add_utf16(render, element->name);
    buf_add_char(render->out, '>');
}

static bool close_element(struct render *render)
{
    if (render->depth == 0)
        return false;
    struct element element = *innermost(render);
    render->depth--;
    if (!element.has_content) {
        buf_add_cstr(render->out, " />");
        return true;
    }
    if (element.has_children)
        new_line(render, render->depth);
    add_end_tag(render, &element);
    return true;
}

static void end_attribute(struct render *render)
{
    if (!render->in_attribute)
        return;
    render->in_attribute = false;
    if (render->has_text)
        buf_add_char(render->out, '"');
    else
        render->out->len = render->attribute_start;
}

static bool begin_attribute(struct render *render, struct str name)
{
    end_attribute(render);
    render->attribute_start = render->out->len;
    buf_add_char(render->out, ' ');
    add_utf16(render, name);
    buf_add_cstr(render->out, "=\"");
    render->in_attribute = true;
    render->has_text = false;
    return true;
}

static bool end_tag(struct render *render, bool is_empty)
{
    end_attribute(render);
    return !is_empty || close_element(render);
}

/* --- substitutions -------------------------------------------------------- */

/* The element is repeated: its start tag was written once. */
static void add_items(struct render *render, const struct evtx_value *array)
{
    const struct element *element = innermost(render);
    struct buf tag = {0};
    struct evtx_value rest = *array, item;
    buf_add_str(&tag, str_from_index(buf_str(render->out), element->start));
    for (bool first = true; evtx_array_next(&rest, &item); first = false) {
        if (!first) {
            add_end_tag(render, element);
            new_line(render, render->depth - 1);
            buf_add_str(render->out, buf_str(&tag));
            buf_add_char(render->out, '>');
        }
        begin_content(render);
        add_value(render, &item);
    }
    buf_done(&tag);
}

static bool add_fragment(struct render *render, size_t at, size_t len);

static bool substitute(struct render *render, const struct scope *scope,
    const struct evtx_token *token)
{
    if (token->number >= scope->count)
        return true;
    const struct evtx_value *value = &scope->values[token->number];
    if (value->type == EVTX_TYPE_NULL || value->len == 0)
        return true;
    if (value->type == EVTX_TYPE_BINXML && !render->in_attribute)
        return add_fragment(render,
            (size_t)((const char *)value->at - render->chunk.ptr), value->len);
    const struct element *element = innermost(render);
    if ((value->type & EVTX_TYPE_ARRAY) != 0 && !render->in_attribute &&
        element != NULL && !element->has_content) {
        add_items(render, value);
        return true;
    }
    if (!render->in_attribute)
        begin_content(render);
    add_value(render, value);
    return true;
}

static void add_reference(struct render *render, const struct evtx_token *token)
{
    if (!render->in_attribute)
        begin_content(render);
    if (token->kind == EVTX_CHAR_REF) {
        buf_printf(render->out, "&#x%X;", (unsigned)token->number);
    } else {
        buf_add_char(render->out, '&');
        add_utf16(render, token->name);
        buf_add_char(render->out, ';');
    }
    render->has_text = true;
}

/* --- tokens --------------------------------------------------------------- */

static bool add_token(struct render *render, const struct scope *scope,
    const struct evtx_token *token)
{
    switch (token->kind) {
    case EVTX_OPEN:
        return open_element(render, token->name);
    case EVTX_CLOSE_START:
        return end_tag(render, false);
    case EVTX_CLOSE_EMPTY:
        return end_tag(render, true);
    case EVTX_CLOSE:
        return close_element(render);
    case EVTX_ATTRIBUTE:
        return begin_attribute(render, token->name);
    case EVTX_VALUE:
    case EVTX_CDATA:
        if (!render->in_attribute && token->bytes.len > 0)
            begin_content(render);
        add_utf16(render, token->bytes);
        return true;
    case EVTX_CHAR_REF:
    case EVTX_ENTITY_REF:
        add_reference(render, token);
        return true;
    case EVTX_NORMAL:
    case EVTX_OPTIONAL:
        return substitute(render, scope, token);
    case EVTX_PI_TARGET:
    case EVTX_PI_DATA:
    case EVTX_FRAGMENT:
    case EVTX_EOF:
        return true;
    default:
        return false;
    }
}

static bool add_elements(struct render *render, struct evtx_tokens *tokens,
    const struct scope *scope)
{
    struct evtx_token token;
    size_t depth = render->depth;
    while (evtx_token_next(tokens, &token) && token.kind != EVTX_EOF)
        if (render->out->len > render->out_max ||
            !add_token(render, scope, &token))
            return false;
    return !tokens->in.failed && render->depth == depth;
}

static bool add_template(struct render *render, struct evtx_tokens *tokens,
    const struct evtx_token *token)
{
    struct evtx_definition definition;
    struct evtx_tokens content;
    size_t start = render->value_count;
    int count = evtx_instance(tokens, token, &definition,
        render->values + start, LIMIT_EVTX_SUBSTITUTIONS - start);
    if (count < 0 || definition.content.len == 0 ||
        !evtx_tokens_start(
            &content, render->chunk, definition.at, definition.content.len))
        return false;
    struct scope scope = {render->values + start, (size_t)count};
    render->value_count += (size_t)count;
    bool done = add_elements(render, &content, &scope);
    render->value_count = start;
    return done;
}

static bool add_fragment(struct render *render, size_t at, size_t len)
{
    struct evtx_tokens tokens;
    struct evtx_token token;
    struct scope none = {0};
    if (++render->fragments >= LIMIT_EVTX_FRAGMENTS ||
        !evtx_tokens_start(&tokens, render->chunk, at, len))
        return false;
    for (;;) {
        struct evtx_tokens before = tokens;
        if (!evtx_token_next(&tokens, &token) || token.kind == EVTX_EOF)
            return !tokens.in.failed;
        if (token.kind == EVTX_TEMPLATE) {
            if (!add_template(render, &tokens, &token))
                return false;
        } else if (token.kind == EVTX_OPEN) {
            return add_elements(render, &before, &none);
        }
    }
}

bool evtx_xml_render(struct str chunk, size_t at, size_t len, struct buf *out)
{
    struct render *render = xcalloc(1, sizeof(*render));
    struct buf xml = {0};
    render->chunk = chunk;
    render->out = &xml;
    render->out_max = LIMIT_RECORD;
    render->values = xcalloc(LIMIT_EVTX_SUBSTITUTIONS, sizeof(*render->values));
    render->room.at = xmalloc(LIMIT_EVTX_TEXT);
    bool done = add_fragment(render, at, len);
    buf_add_char(&xml, '\n');
    buf_add_str(out, buf_str(&xml));
    buf_done(&xml);
    free(render->values);
    free(render->room.at);
    free(render);
    return done;
}
