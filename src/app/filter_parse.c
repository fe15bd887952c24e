/*
 * Taking filters apart: fields, operators, values. Pure; filter.c asks the project.
 */
#include "sitter/filter.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a field may be followed by. */
enum kind { KIND_FLAG, KIND_TEXT, KIND_CONTAINED, KIND_CHOICE, KIND_YEAR, KIND_SHARE };

static const struct {
    const char *name;
    enum kind kind;
} fields[SIT_N_FILTER_FIELDS] = {
    [SIT_FILTER_SOURCE] = {"source", KIND_TEXT},
    [SIT_FILTER_NAME] = {"name", KIND_TEXT},
    [SIT_FILTER_TITLE] = {"title", KIND_TEXT},
    [SIT_FILTER_ARTIST] = {"artist", KIND_TEXT},
    [SIT_FILTER_KEYWORD] = {"keyword", KIND_TEXT},
    [SIT_FILTER_ABOUT] = {"about", KIND_CONTAINED},
    [SIT_FILTER_YEAR] = {"year", KIND_YEAR},
    [SIT_FILTER_DECADE] = {"decade", KIND_YEAR},
    [SIT_FILTER_LABEL] = {"label", KIND_CHOICE},
    [SIT_FILTER_PREDICTED] = {"predicted", KIND_CHOICE},
    [SIT_FILTER_P] = {"p", KIND_SHARE},
    [SIT_FILTER_SPLIT] = {"split", KIND_CHOICE},
    [SIT_FILTER_ANNOTATOR] = {"annotator", KIND_CHOICE},
    [SIT_FILTER_BOOKMARKED] = {"bookmarked", KIND_FLAG},
    [SIT_FILTER_COMMENTED] = {"commented", KIND_FLAG},
    [SIT_FILTER_COMMENT] = {"comment", KIND_CONTAINED},
    [SIT_FILTER_DISPUTED] = {"disputed", KIND_FLAG},
};

const char *sit_filter_field_name(enum sit_filter_field field)
{
    return fields[field].name;
}

static const char *allowed(enum kind kind)
{
    switch (kind) {
    case KIND_FLAG: return "stands alone";
    case KIND_TEXT: return "is followed by ~ (contains) or = (is)";
    case KIND_CONTAINED: return "is followed by ~ (contains)";
    case KIND_CHOICE: return "is followed by =";
    case KIND_YEAR: return "is followed by =, <, >, <= or >=";
    default: return "is followed by <, >, <= or >=";
    }
}

static bool is_allowed(enum kind kind, enum sit_filter_op op)
{
    switch (kind) {
    case KIND_FLAG: return op == SIT_FILTER_HOLDS;
    case KIND_TEXT: return op == SIT_FILTER_CONTAINS || op == SIT_FILTER_IS;
    case KIND_CONTAINED: return op == SIT_FILTER_CONTAINS;
    case KIND_CHOICE: return op == SIT_FILTER_IS;
    case KIND_YEAR: return op >= SIT_FILTER_IS;
    default: return op > SIT_FILTER_IS;
    }
}

/* The text and how far it has been read. */
struct reader {
    const char *text;
    size_t at;
    struct sit_error *err;
};

static enum sit_status wrong(const struct reader *reader, size_t at, const char *what)
{
    return sit_error_set(reader->err, SIT_E_ARG, "filter, character %zu: %s", at + 1,
                         what);
}

static enum sit_status no_field(const struct reader *reader, size_t from, size_t n)
{
    struct sit_buf names = {0};
    for (size_t i = 0; i < SIT_N_FILTER_FIELDS; i++)
        sit_buf_appendf(&names, "%s%s", i > 0 ? ", " : "", fields[i].name);
    enum sit_status status = sit_error_set(
        reader->err, SIT_E_ARG,
        n > 0 ? "filter, character %zu: no field '%.*s' (%s)"
              : "filter, character %zu: a field is missing%.*s (%s)",
        from + 1, (int)(n < 40 ? n : 40), reader->text + from, sit_buf_text(&names));
    sit_buf_release(&names);
    return status;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static enum sit_status read_field(struct reader *reader, struct sit_filter_term *term)
{
    size_t from = reader->at, n = 0;
    while (is_letter(reader->text[from + n]))
        n++;
    for (size_t i = 0; i < SIT_N_FILTER_FIELDS; i++) {
        if (strlen(fields[i].name) == n &&
            strncasecmp(reader->text + from, fields[i].name, n) == 0) {
            term->field = (enum sit_filter_field)i;
            reader->at = from + n;
            return SIT_OK;
        }
    }
    return no_field(reader, from, n);
}

static enum sit_status read_op(struct reader *reader, struct sit_filter_term *term)
{
    static const struct {
        const char *text;
        enum sit_filter_op op;
        bool negates;
    } ops[] = {
        {"!=", SIT_FILTER_IS, true},       {"!~", SIT_FILTER_CONTAINS, true},
        {"<=", SIT_FILTER_AT_MOST, false}, {">=", SIT_FILTER_AT_LEAST, false},
        {"~", SIT_FILTER_CONTAINS, false}, {"=", SIT_FILTER_IS, false},
        {"<", SIT_FILTER_BELOW, false},    {">", SIT_FILTER_ABOVE, false},
    };
    const char *rest = reader->text + reader->at;
    size_t from = reader->at;
    term->op = SIT_FILTER_HOLDS;
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        size_t n = strlen(ops[i].text);
        if (strncmp(rest, ops[i].text, n) != 0)
            continue;
        term->op = ops[i].op;
        if (ops[i].negates)
            term->negated = !term->negated;
        reader->at += n;
        break;
    }
    if (is_allowed(fields[term->field].kind, term->op))
        return SIT_OK;
    char text[160];
    snprintf(text, sizeof text, "%s %s", fields[term->field].name,
             allowed(fields[term->field].kind));
    return wrong(reader, from, text);
}

/* Up to the next blank, or between quotation marks, in which \ keeps what follows. */
static enum sit_status read_value(struct reader *reader, struct sit_filter_term *term)
{
    size_t from = reader->at, n = 0;
    bool quoted = reader->text[from] == '"';
    reader->at += quoted ? 1 : 0;
    for (;;) {
        char c = reader->text[reader->at];
        if (c == '\0' && quoted)
            return wrong(reader, from, "the \" has no second one");
        if (quoted ? c == '"' : c == '\0' || c == ' ' || c == '\t')
            break;
        if (quoted && c == '\\' && reader->text[reader->at + 1] != '\0')
            c = reader->text[++reader->at];
        if (n + 1 == sizeof term->text)
            return wrong(reader, from, "the value is too long");
        term->text[n++] = c;
        reader->at++;
    }
    term->text[n] = '\0';
    reader->at += quoted ? 1 : 0;
    if (n == 0)
        return wrong(reader, from, "the value is missing");
    char after = reader->text[reader->at];
    if (quoted && after != '\0' && after != ' ' && after != '\t')
        return wrong(reader, reader->at, "a blank is missing after the \"");
    return SIT_OK;
}

/* Digits and a point only: no signs, exponents, names of numbers. */
static bool read_number(const char *text, double *out)
{
    size_t n = strspn(text, "0123456789"), after = 0;
    if (text[n] == '.')
        after = 1 + strspn(text + n + 1, "0123456789");
    if (n + after == 0 || n + after > 12 || text[n + after] != '\0' ||
        (n == 0 && after == 1))
        return false;
    double value = 0.0, scale = 1.0;
    for (size_t i = 0; i < n; i++)
        value = value * 10.0 + (text[i] - '0');
    for (size_t i = 1; i < after; i++)
        value += (text[n + i] - '0') * (scale /= 10.0);
    *out = value;
    return true;
}

static enum sit_status check_number(const struct reader *reader, size_t from,
                                    struct sit_filter_term *term)
{
    enum kind kind = fields[term->field].kind;
    char text[SIT_FILTER_VALUE_BYTES];
    memcpy(text, term->text, sizeof text);
    size_t n = strlen(text);
    if (term->field == SIT_FILTER_DECADE && n > 1 && text[n - 1] == 's')
        text[n - 1] = '\0';
    bool is_number = read_number(text, &term->number);
    if (kind == KIND_YEAR &&
        (!is_number || term->number != floor(term->number) || term->number > 9999.0))
        return wrong(reader, from, "a year is missing, such as 1974");
    if (kind == KIND_SHARE && (!is_number || term->number > 1.0))
        return wrong(reader, from, "a probability is missing, such as 0.6");
    if (term->field == SIT_FILTER_DECADE)
        term->number -= fmod(term->number, 10.0);
    return SIT_OK;
}

static enum sit_status read_term(struct reader *reader, struct sit_filter_term *term)
{
    *term = (struct sit_filter_term){.position = reader->at + 1};
    if (reader->text[reader->at] == '!' || reader->text[reader->at] == '-') {
        term->negated = true;
        reader->at++;
    }
    enum sit_status status = read_field(reader, term);
    if (status == SIT_OK)
        status = read_op(reader, term);
    if (status != SIT_OK)
        return status;
    char c = reader->text[reader->at];
    if (term->op == SIT_FILTER_HOLDS)
        return c == '\0' || c == ' ' || c == '\t'
                   ? SIT_OK
                   : wrong(reader, reader->at, "a blank is missing");
    size_t from = reader->at;
    status = read_value(reader, term);
    enum kind kind = fields[term->field].kind;
    if (status == SIT_OK && (kind == KIND_YEAR || kind == KIND_SHARE))
        status = check_number(reader, from, term);
    return status;
}

enum sit_status sit_filter_parse(const char *text, struct sit_filter_terms *out,
                                 struct sit_error *err)
{
    struct reader reader = {.text = text, .err = err};
    struct sit_filter_terms terms = {0};
    for (;;) {
        reader.at += strspn(text + reader.at, " \t");
        if (text[reader.at] == '\0')
            break;
        if (terms.n == SIT_FILTER_MAX_TERMS)
            return wrong(&reader, reader.at, "there are too many terms");
        enum sit_status status = read_term(&reader, &terms.items[terms.n]);
        if (status != SIT_OK)
            return status;
        terms.n++;
    }
    *out = terms;
    return SIT_OK;
}
