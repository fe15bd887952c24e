/*
 * Reading years: the text becomes a few tokens, and each form is a small pattern over
 * them. What the year is stored as is metadata's affair.
 */
#include "sitter/year.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { MAX_TOKENS = 16, MAX_WORD_BYTES = 16 };

enum token_kind { TOKEN_NUMBER = 1, TOKEN_WORD, TOKEN_MARK };

struct token {
    enum token_kind kind;
    int value;                     /* number */
    size_t n_digits;               /* number */
    char word[MAX_WORD_BYTES + 1]; /* word, lower case; mark: one character */
};

/* Zero kinds end the list, so that patterns may look ahead. */
struct tokens {
    struct token items[MAX_TOKENS + 4];
    size_t n;
};

static bool is_letter(unsigned char c)
{
    return isalpha(c) || c >= 0x80;
}

/* The dashes of Unicode as "-", its blanks as " ": the bytes of that character, or 0.
 */
static size_t match_unicode(const char *at, char *as)
{
    static const struct {
        const char *bytes;
        char as;
    } MARKS[] = {{"\xe2\x80\x90", '-'}, {"\xe2\x80\x91", '-'}, {"\xe2\x80\x92", '-'},
                 {"\xe2\x80\x93", '-'}, {"\xe2\x80\x94", '-'}, {"\xe2\x88\x92", '-'},
                 {"\xef\xbc\x8d", '-'}, {"\xc2\xa0", ' '},     {"\xe3\x80\x80", ' '},
                 {"\xe2\x80\x99", '\''}};
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        size_t n_bytes = strlen(MARKS[i].bytes);
        if (strncmp(at, MARKS[i].bytes, n_bytes) == 0) {
            *as = MARKS[i].as;
            return n_bytes;
        }
    }
    return 0;
}

static const char *take_number(const char *at, struct token *token)
{
    token->kind = TOKEN_NUMBER;
    while (isdigit((unsigned char)*at)) {
        if (token->n_digits < 9)
            token->value = token->value * 10 + (*at - '0');
        token->n_digits++;
        at++;
    }
    return at;
}

static const char *take_word(const char *at, struct token *token)
{
    char as;
    size_t n = 0;
    token->kind = TOKEN_WORD;
    while (is_letter((unsigned char)*at) && match_unicode(at, &as) == 0) {
        if (n == MAX_WORD_BYTES)
            return NULL;
        token->word[n++] = (char)tolower((unsigned char)*at++);
    }
    return at;
}

/* False where there is too much of it to be a year. */
static bool tokenise(const char *at, struct tokens *out)
{
    memset(out, 0, sizeof *out);
    while (*at != '\0') {
        char as = *at;
        size_t n_bytes = match_unicode(at, &as);
        if (n_bytes == 0)
            n_bytes = 1;
        if (as == ' ' || as == '\t' || as == '\r' || as == '\n') {
            at += n_bytes;
            continue;
        }
        if (out->n == MAX_TOKENS)
            return false;
        struct token *token = &out->items[out->n];
        if (isdigit((unsigned char)as)) {
            at = take_number(at, token);
        } else if (n_bytes == 1 && is_letter((unsigned char)as)) {
            at = take_word(at, token);
            if (at == NULL)
                return false;
        } else {
            token->kind = TOKEN_MARK;
            token->word[0] = as;
            at += n_bytes;
        }
        out->n++;
    }
    return true;
}

static bool is_mark(const struct token *token, const char *marks)
{
    return token->kind == TOKEN_MARK && strchr(marks, token->word[0]) != NULL;
}

static bool is_word(const struct token *token, const char *const *words)
{
    if (token->kind != TOKEN_WORD)
        return false;
    for (; *words != NULL; words++)
        if (strcmp(token->word, *words) == 0)
            return true;
    return false;
}

static bool is_year(const struct token *token)
{
    return token->kind == TOKEN_NUMBER && token->n_digits == 4 &&
           token->value >= SIT_YEAR_FIRST && token->value <= SIT_YEAR_LAST;
}

static bool is_number(const struct token *token, int low, int high)
{
    return token->kind == TOKEN_NUMBER && token->n_digits <= 2 && token->value >= low &&
           token->value <= high;
}

static int month_of(const struct token *token)
{
    static const char *const MONTHS[12][4] = {{"january", "jan"},
                                              {"february", "feb"},
                                              {"march", "mar"},
                                              {"april", "apr"},
                                              {"may"},
                                              {"june", "jun"},
                                              {"july", "jul"},
                                              {"august", "aug"},
                                              {"september", "sep", "sept"},
                                              {"october", "oct"},
                                              {"november", "nov"},
                                              {"december", "dec"}};
    for (int m = 0; m < 12; m++)
        for (int i = 0; i < 4 && MONTHS[m][i] != NULL; i++)
            if (token->kind == TOKEN_WORD && strcmp(token->word, MONTHS[m][i]) == 0)
                return m + 1;
    return 0;
}

static void drop(struct tokens *tokens, size_t at, size_t n)
{
    memmove(tokens->items + at, tokens->items + at + n,
            (sizeof tokens->items / sizeof *tokens->items - at - n) *
                sizeof *tokens->items);
    memset(tokens->items + tokens->n - n, 0, n * sizeof *tokens->items);
    tokens->n -= n;
}

/*
 * What surrounds a year
 */

/* "n.d.", "undated", "unknown", "?", "-" and nothing at all. */
static bool says_unknown(const struct tokens *tokens)
{
    static const char *const WORDS[] = {"n",       "d",    "nd",   "s",     "a",
                                        "undated", "date", "year", "no",    "not",
                                        "unknown", "none", "null", "dated", NULL};
    static const char *const WHOLE[] = {
        "nd",     "sd",          "undated",     "unknown",     "none",
        "null",   "nil",         "na",          "nodate",      "n.d.",
        "n.d",    "s.d.",        "s.d",         "n/a",         "notdated",
        "noyear", "dateunknown", "unknowndate", "yearunknown", "unknownyear",
        "s.a.",   NULL};
    char whole[64] = "";
    bool only_marks = true;
    for (size_t i = 0; i < tokens->n; i++) {
        const struct token *token = &tokens->items[i];
        if (token->kind == TOKEN_NUMBER)
            return false;
        if (token->kind == TOKEN_WORD)
            only_marks = false;
        if (token->kind == TOKEN_WORD && !is_word(token, WORDS) &&
            !is_word(token, WHOLE))
            return false;
        if (is_mark(token, "[]()"))
            continue;
        if (strlen(whole) + strlen(token->word) + 1 >= sizeof whole)
            return false;
        strcat(whole, token->word);
    }
    if (only_marks)
        return strspn(whole, "?-") == strlen(whole);
    for (const char *const *word = WHOLE; *word != NULL; word++)
        if (strcmp(whole, *word) == 0)
            return true;
    return false;
}

/* Take off "ca.", "?", and brackets around it all; true where they make it
 * approximate. */
static bool strip_approximate(struct tokens *tokens)
{
    static const char *const CIRCA[] = {
        "c",        "ca",       "circa",   "cca",
        "about",    "approx",   "around",  "approximately",
        "probably", "possibly", "perhaps", NULL};
    bool approximate = false;
    for (bool again = true; again && tokens->n > 0;) {
        struct token *first = &tokens->items[0], *last = &tokens->items[tokens->n - 1];
        again = true;
        if (tokens->n > 2 && ((is_mark(first, "[") && is_mark(last, "]")) ||
                              (is_mark(first, "(") && is_mark(last, ")")))) {
            approximate = approximate || is_mark(first, "[");
            drop(tokens, tokens->n - 1, 1);
            drop(tokens, 0, 1);
        } else if (tokens->n > 1 && is_word(first, CIRCA)) {
            approximate = true;
            drop(tokens, 0, is_mark(&tokens->items[1], ".") ? 2 : 1);
        } else if (tokens->n > 1 && is_mark(last, "?")) {
            approximate = true;
            drop(tokens, tokens->n - 1, 1);
        } else if (tokens->n > 1 && is_mark(last, ".")) {
            drop(tokens, tokens->n - 1, 1);
        } else {
            again = false;
        }
    }
    return approximate;
}

/*
 * The forms: each takes the tokens from `t` on and tells how many it used; 0 for none
 */

static void set_year(struct sit_year *out, int year)
{
    *out = (struct sit_year){
        .kind = SIT_YEAR_ONE, .year = year, .decade = year - year % 10};
}

static void set_decade(struct sit_year *out, int decade)
{
    *out = (struct sit_year){.kind = SIT_YEAR_DECADE, .decade = decade};
}

/* "1986", "1986年". */
static size_t match_plain(const struct token *t, struct sit_year *out)
{
    static const char *const YEAR[] = {"\xe5\xb9\xb4", "\xeb\x85\x84", NULL};
    if (!is_year(t))
        return 0;
    set_year(out, t->value);
    return is_word(t + 1, YEAR) ? 2 : 1;
}

/* "1950s", "the early 1950's", "1950年代". */
static size_t match_decade(const struct token *t, struct sit_year *out)
{
    static const char *const BEFORE[] = {"the", "early", "mid", "late", NULL};
    static const char *const DECADE[] = {"s", "\xe5\xb9\xb4\xe4\xbb\xa3",
                                         "\xeb\x85\x84\xeb\x8c\x80", NULL};
    size_t n = 0;
    while (n < 3 && is_word(&t[n], BEFORE)) {
        n++;
        if (is_mark(&t[n], "-") && strcmp(t[n - 1].word, "the") != 0)
            n++;
    }
    if (!is_year(&t[n]) || t[n].value % 10 != 0)
        return 0;
    int decade = t[n++].value;
    if (is_mark(&t[n], "'"))
        n++;
    if (!is_word(&t[n], DECADE))
        return 0;
    set_decade(out, decade);
    return n + 1;
}

/* "Juche 75", "Juche 75 (1986)" where both agree. */
static size_t match_juche(const struct token *t, struct sit_year *out)
{
    static const char *const JUCHE[] = {"juche",
                                        "chuch",
                                        "chuche",
                                        "\xec\xa3\xbc\xec\xb2\xb4",
                                        "\xe4\xb8\xbb\xe4\xbd\x93",
                                        "\xe4\xb8\xbb\xe9\xab\x94",
                                        NULL};
    static const char *const YEAR[] = {"\xe5\xb9\xb4", "\xeb\x85\x84", NULL};
    if (!is_word(t, JUCHE) || t[1].kind != TOKEN_NUMBER || t[1].n_digits > 3 ||
        t[1].value < 1 || 1911 + t[1].value > SIT_YEAR_LAST)
        return 0;
    int year = 1911 + t[1].value;
    size_t n = is_word(&t[2], YEAR) ? 3 : 2;
    if (is_mark(&t[n], "([") && is_year(&t[n + 1]) && is_mark(&t[n + 2], ")]")) {
        if (t[n + 1].value != year)
            return 0;
        n += 3;
    }
    set_year(out, year);
    return n;
}

/* The Gregorian year first: "1986 (Juche 75)". */
static size_t match_year_and_juche(const struct token *t, struct sit_year *out)
{
    struct sit_year juche;
    if (!is_year(t) || !is_mark(t + 1, "("))
        return 0;
    size_t n = match_juche(t + 2, &juche);
    if (n == 0 || juche.year != t->value || !is_mark(t + 2 + n, ")"))
        return 0;
    set_year(out, t->value);
    return n + 3;
}

static bool is_day_and_month(const struct token *a, const struct token *b)
{
    return is_number(a, 1, 31) && is_number(b, 1, 31) &&
           (a->value <= 12 || b->value <= 12);
}

/* "1971-05-01", also with a time of day, "1971-05", "1971.5.1", "1.5.1971". */
static size_t match_date(const struct token *t, struct sit_year *out)
{
    const char *separators = "-./";
    if (is_year(t) && is_mark(t + 1, separators) && is_number(t + 2, 1, 12)) {
        size_t n = 3;
        if (is_mark(t + 3, separators) && t[3].word[0] == t[1].word[0]) {
            if (!is_number(t + 4, 1, 31))
                return 0;
            n = 5;
        } else if (t[1].word[0] != '-' || t[2].n_digits != 2) {
            return 0;
        }
        set_year(out, t->value);
        static const char *const TIME[] = {"t", NULL};
        size_t at = is_word(&t[n], TIME) ? n + 1 : n;
        if (n == 5 && is_number(&t[at], 0, 24) && is_mark(&t[at + 1], ":") &&
            is_number(&t[at + 2], 0, 59)) {
            static const char *const ZULU[] = {"z", NULL};
            n = at + 3;
            while (is_mark(&t[n], ":.") && t[n + 1].kind == TOKEN_NUMBER)
                n += 2;
            n += is_word(&t[n], ZULU);
        }
        return n;
    }
    if (is_day_and_month(t, t + 2) && is_mark(t + 1, separators) &&
        is_mark(t + 3, separators) && t[1].word[0] == t[3].word[0] && is_year(t + 4)) {
        set_year(out, t[4].value);
        return 5;
    }
    return 0;
}

/* "May 1971", "1 May 1971", "May 1st, 1971", "1971 May 1": one month, one year, a day
 * at most. */
static size_t match_named_month(const struct token *t, struct sit_year *out)
{
    static const char *const ORDINAL[] = {"st", "nd", "rd", "th", NULL};
    size_t n = 0, n_months = 0, n_days = 0, n_years = 0;
    for (;; n++) {
        if (n_months == 0 && month_of(&t[n]) > 0) {
            n_months++;
        } else if (n_years == 0 && is_year(&t[n])) {
            n_years++;
            set_year(out, t[n].value);
        } else if (n_days == 0 && is_number(&t[n], 1, 31)) {
            n_days++;
            n += is_word(&t[n + 1], ORDINAL);
        } else if (n == 0 || !is_mark(&t[n], ",.")) {
            break;
        }
    }
    return n_months == 1 && n_years == 1 ? n : 0;
}

/* "1961-64", "1961-1964", "between 1961 and 1964": a decade where it is within one. */
static size_t match_range(const struct token *t, struct sit_year *out)
{
    static const char *const FROM[] = {"between", "from", NULL};
    static const char *const TO[] = {"and", "to", "or", NULL};
    size_t n = is_word(t, FROM) ? 1 : 0;
    const struct token *first = &t[n], *last = &t[n + 2];
    if (!is_year(first) || !(is_mark(first + 1, "-/") || is_word(first + 1, TO)))
        return 0;
    int end = 0;
    if (is_year(last))
        end = last->value;
    else if (last->kind == TOKEN_NUMBER && last->n_digits == 2)
        end = first->value / 100 * 100 + last->value;
    if (end < first->value || end / 10 != first->value / 10)
        return 0;
    if (end == first->value)
        set_year(out, end);
    else
        set_decade(out, end / 10 * 10);
    return n + 3;
}

void sit_year_parse(const char *text, struct sit_year *out)
{
    typedef size_t form(const struct token *t, struct sit_year *found);
    static form *const FORMS[] = {match_plain,         match_decade,      match_juche,
                                  match_date,          match_named_month, match_range,
                                  match_year_and_juche};
    struct tokens tokens;
    *out = (struct sit_year){.kind = SIT_YEAR_NOT_UNDERSTOOD};
    if (!tokenise(text, &tokens))
        return;
    if (says_unknown(&tokens)) {
        out->kind = SIT_YEAR_UNKNOWN;
        return;
    }
    bool approximate = strip_approximate(&tokens);
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        struct sit_year found;
        if (tokens.n > 0 && FORMS[i](tokens.items, &found) == tokens.n) {
            *out = found;
            out->approx = approximate;
            return;
        }
    }
}
