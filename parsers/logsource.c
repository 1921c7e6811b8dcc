/* Which log sources of Sigma a format's events are: rules name the logs they
 * are about by category, product and service (Sigma specification 2.1, "Log
 * Source"). A rule is about a format when one of the format's log sources has
 * every word that the rule states. */
#include <string.h>

#include "parsers/define.h"

static int load_one(struct format *format, const struct yaml *node,
    struct logsource *out, struct err *err)
{
    static const char *const keys[] = {"category", "product", "service", NULL};
    if (keys_check(format, node, keys, err) < 0)
        return -1;
    *out = (struct logsource){
        .category = yaml_get_text(node, "category"),
        .product = yaml_get_text(node, "product"),
        .service = yaml_get_text(node, "service"),
    };
    if (out->category.len + out->product.len + out->service.len == 0)
        return format_fail(format, node, err,
            "a log source has a category, a product or a service");
    return 0;
}

int logsources_load(
    struct format *format, const struct yaml *node, struct err *err)
{
    if (node == NULL)
        return 0;
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    format->logsources =
        arena_alloc(&format->arena, (count + 1) * sizeof(*format->logsources));
    for (size_t i = 0; i < count; i++) {
        const struct yaml *one =
            node->kind == YAML_LIST ? &node->items[i] : node;
        if (load_one(format, one, &format->logsources[i], err) < 0)
            return -1;
        format->logsource_count++;
    }
    return 0;
}

static void add_word(struct buf *out, const char *name, struct str word)
{
    if (word.len == 0)
        return;
    if (out->len > 0 && out->ptr[out->len - 1] != ' ')
        buf_add_char(out, ' ');
    buf_add_cstr(out, name);
    buf_add_char(out, ':');
    buf_add_str(out, word);
}

void format_logsource_text(const struct format *format, struct buf *out)
{
    for (size_t i = 0; i < format->logsource_count; i++) {
        const struct logsource *one = &format->logsources[i];
        if (i > 0)
            buf_add_cstr(out, ", ");
        add_word(out, "product", one->product);
        add_word(out, "category", one->category);
        add_word(out, "service", one->service);
    }
}

const struct logsource *format_logsources(
    const struct format *format, size_t *count)
{
    *count = format->logsource_count;
    return format->logsources;
}
