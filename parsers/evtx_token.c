/* BinXml tokens: [MS-EVEN6] 2.2.12, EVTX "binary XML". */
#include <string.h>

#include "parsers/evtx.h"

enum {
    TOKEN_MORE = 0x40, /* flag: attributes, or more values, follow */
    GUID_SIZE = 16,
};

bool evtx_tokens_start(
    struct evtx_tokens *tokens, struct str chunk, size_t at, size_t len)
{
    *tokens = (struct evtx_tokens){.chunk = chunk};
    tokens->in = bytes_from_str(chunk);
    bytes_skip(&tokens->in, at);
    tokens->in = bytes_sub(&tokens->in, len);
    return !tokens->in.failed;
}

static size_t place_in_chunk(const struct evtx_tokens *tokens)
{
    return (size_t)(tokens->in.at - (const uint8_t *)tokens->chunk.ptr);
}

/* EVTX "name": next u32, hash u16, characters u16, UTF-16, a closing 0. */
static struct str read_name_node(struct bytes *in)
{
    bytes_skip(in, 6);
    size_t units = bytes_u16le(in);
    struct str name = bytes_str(in, 2 * units);
    bytes_skip(in, 2);
    return in->failed ? (struct str){0} : name;
}

/* A name stands here when its offset is that of the byte behind the offset,
 * else somewhere in the chunk. */
static struct str read_name(struct evtx_tokens *tokens)
{
    const uint8_t *field = tokens->in.at;
    size_t offset = bytes_u32le(&tokens->in);
    struct str name;
    if (tokens->in.failed)
        return (struct str){0};
    if (offset == place_in_chunk(tokens)) {
        name = read_name_node(&tokens->in);
    } else {
        struct bytes node = bytes_from_str(tokens->chunk);
        bytes_skip(&node, offset);
        name = read_name_node(&node);
        tokens->in.failed |= node.failed;
    }
    if (tokens->on_name != NULL && !tokens->in.failed)
        tokens->on_name(tokens->context, field, name);
    return name;
}

/* Whether an element start at `at`, of which the dependency identifier was
 * skipped or not, makes sense: its size fits and its name can be read. */
static bool is_element_start(const struct evtx_tokens *tokens, size_t skip)
{
    struct evtx_tokens copy = *tokens;
    copy.on_name = NULL;
    bytes_skip(&copy.in, skip);
    size_t size = bytes_u32le(&copy.in);
    bool fits = size <= bytes_left(&copy.in);
    struct str name = read_name(&copy);
    return fits && !copy.in.failed && name.len > 0;
}

static void find_dependency(struct evtx_tokens *tokens)
{
    bool without = !is_element_start(tokens, 2) && is_element_start(tokens, 0);
    tokens->depends = without ? EVTX_DEPENDS_NOT : EVTX_DEPENDS;
}

/* Dependency u16, size u32, name, and the attributes' size u32 if any. */
static void read_open(
    struct evtx_tokens *tokens, bool more, struct evtx_token *token)
{
    if (tokens->depends == EVTX_DEPENDS_UNKNOWN)
        find_dependency(tokens);
    if (tokens->depends == EVTX_DEPENDS)
        bytes_skip(&tokens->in, 2);
    bytes_skip(&tokens->in, 4);
    token->name = read_name(tokens);
    if (more)
        bytes_skip(&tokens->in, 4);
}

static struct str read_text(struct bytes *in)
{
    size_t units = bytes_u16le(in);
    return bytes_str(in, 2 * units);
}

static void read_value(struct bytes *in, struct evtx_token *token)
{
    token->type = bytes_u8(in);
    if (token->type != EVTX_TYPE_STRING)
        in->failed = true; /* no other type occurs outside of substitutions */
    token->bytes = read_text(in);
}

/* Unused u8, identifier u32, offset of the definition u32. The identifier is
 * how the definition's GUID begins. */
static void read_template(struct bytes *in, struct evtx_token *token)
{
    bytes_skip(in, 1);
    token->bytes = bytes_str(in, 4);
    token->number = bytes_u32le(in);
}

static void read_substitution(struct bytes *in, struct evtx_token *token)
{
    token->number = bytes_u16le(in);
    token->type = bytes_u8(in);
}

static void read_rest(
    struct evtx_tokens *tokens, bool more, struct evtx_token *token)
{
    struct bytes *in = &tokens->in;
    switch (token->kind) {
    case EVTX_OPEN:
        read_open(tokens, more, token);
        break;
    case EVTX_VALUE:
        read_value(in, token);
        break;
    case EVTX_ATTRIBUTE:
    case EVTX_ENTITY_REF:
    case EVTX_PI_TARGET:
        token->name = read_name(tokens);
        break;
    case EVTX_CDATA:
    case EVTX_PI_DATA:
        token->bytes = read_text(in);
        break;
    case EVTX_CHAR_REF:
        token->number = bytes_u16le(in);
        break;
    case EVTX_TEMPLATE:
        read_template(in, token);
        break;
    case EVTX_NORMAL:
    case EVTX_OPTIONAL:
        read_substitution(in, token);
        break;
    case EVTX_FRAGMENT:
        bytes_skip(in, 3); /* versions and flags */
        break;
    case EVTX_EOF:
    case EVTX_CLOSE_START:
    case EVTX_CLOSE_EMPTY:
    case EVTX_CLOSE:
        break;
    default:
        in->failed = true;
    }
}

bool evtx_token_next(struct evtx_tokens *tokens, struct evtx_token *token)
{
    *token = (struct evtx_token){0};
    if (bytes_left(&tokens->in) == 0)
        return false;
    uint8_t byte = bytes_u8(&tokens->in);
    token->kind = (uint8_t)(byte & ~TOKEN_MORE);
    read_rest(tokens, (byte & TOKEN_MORE) != 0, token);
    return !tokens->in.failed;
}

/* --- templates ------------------------------------------------------------ */

/* Next u32, GUID, size u32, tokens. */
bool evtx_definition_at(
    struct str chunk, uint32_t offset, struct evtx_definition *out)
{
    struct bytes in = bytes_from_str(chunk);
    bytes_skip(&in, offset);
    bytes_skip(&in, 4);
    out->guid = bytes_str(&in, GUID_SIZE);
    size_t size = bytes_u32le(&in);
    out->content = bytes_str(&in, size);
    if (in.failed || size == 0)
        return false;
    out->at = (size_t)(out->content.ptr - chunk.ptr);
    return true;
}

/* Count u32, then for each value its size u16, type u8 and an unused byte, then
 * the values' bytes. */
static int read_values(struct bytes *in, struct evtx_value *values, size_t max)
{
    enum { DESCRIPTOR = 4 };
    size_t count = bytes_u32le(in);
    if (in->failed || count > max)
        return -1;
    struct bytes table = bytes_sub(in, count * DESCRIPTOR);
    if (table.failed)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = table.at + i * DESCRIPTOR;
        uint16_t len = evtx_u16(at);
        struct bytes value = bytes_sub(in, len);
        if (value.failed)
            return -1;
        values[i] =
            (struct evtx_value){.at = value.at, .len = len, .type = at[2]};
    }
    return (int)count;
}

int evtx_instance(struct evtx_tokens *tokens, const struct evtx_token *token,
    struct evtx_definition *definition, struct evtx_value *values, size_t max)
{
    bool is_here = token->number == place_in_chunk(tokens);
    bool is_whole =
        evtx_definition_at(tokens->chunk, token->number, definition) &&
        str_starts_with(definition->guid, token->bytes);
    if (is_here && is_whole)
        bytes_skip(&tokens->in, 4 + GUID_SIZE + 4 + definition->content.len);
    else if (is_here)
        return -1; /* where it ends is not known */
    if (!is_whole)
        *definition = (struct evtx_definition){0};
    return read_values(&tokens->in, values, max);
}
