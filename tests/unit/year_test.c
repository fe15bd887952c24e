/*
 * Years as people write them.
 */
#include "test_support.h"

#include "sitter/year.h"

struct sample {
    const char *text;
    enum sit_year_kind kind;
    int year, decade;
    bool approx;
};

static const struct sample SAMPLES[] = {
    {"1986", SIT_YEAR_ONE, 1986, 1980, false},
    {" 1986\r\n", SIT_YEAR_ONE, 1986, 1980, false},
    {"1986.", SIT_YEAR_ONE, 1986, 1980, false},
    {"(1986)", SIT_YEAR_ONE, 1986, 1980, false},
    {"1986\xe5\xb9\xb4", SIT_YEAR_ONE, 1986, 1980, false},
    {"1986\xeb\x85\x84", SIT_YEAR_ONE, 1986, 1980, false},
    {"ca. 1975", SIT_YEAR_ONE, 1975, 1970, true},
    {"c1975", SIT_YEAR_ONE, 1975, 1970, true},
    {"C. 1975", SIT_YEAR_ONE, 1975, 1970, true},
    {"Circa 1975", SIT_YEAR_ONE, 1975, 1970, true},
    {"probably about 1975", SIT_YEAR_ONE, 1975, 1970, true},
    {"1975?", SIT_YEAR_ONE, 1975, 1970, true},
    {"1975(?)", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"[1975]", SIT_YEAR_ONE, 1975, 1970, true},
    {"[ca. 1975?]", SIT_YEAR_ONE, 1975, 1970, true},
    {"1950s", SIT_YEAR_DECADE, 0, 1950, false},
    {"1950's", SIT_YEAR_DECADE, 0, 1950, false},
    {"1950\xe2\x80\x99s", SIT_YEAR_DECADE, 0, 1950, false},
    {"the early 1960s", SIT_YEAR_DECADE, 0, 1960, false},
    {"mid-1960s", SIT_YEAR_DECADE, 0, 1960, false},
    {"ca. 1960s", SIT_YEAR_DECADE, 0, 1960, true},
    {"1950\xe5\xb9\xb4\xe4\xbb\xa3", SIT_YEAR_DECADE, 0, 1950, false},
    {"1955s", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1950s-60s", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1971-05-01", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971-05-01T12:00:00Z", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971-05-01 12:00:00.5", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971-05", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971-13-01", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1971-05-32", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1971/5/1", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971-5/1", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1.5.1971", SIT_YEAR_ONE, 1971, 1970, false},
    {"25/12/1971", SIT_YEAR_ONE, 1971, 1970, false},
    {"25/13/1971", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"May 1971", SIT_YEAR_ONE, 1971, 1970, false},
    {"1 May 1971", SIT_YEAR_ONE, 1971, 1970, false},
    {"May 1st, 1971", SIT_YEAR_ONE, 1971, 1970, false},
    {"1971 Sept. 9", SIT_YEAR_ONE, 1971, 1970, false},
    {"May June 1971", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"May 71", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"Juche 75", SIT_YEAR_ONE, 1986, 1980, false},
    {"juche 1", SIT_YEAR_ONE, 1912, 1910, false},
    {"Juche 75 (1986)", SIT_YEAR_ONE, 1986, 1980, false},
    {"1986 (Juche 75)", SIT_YEAR_ONE, 1986, 1980, false},
    {"Juche 75 (1985)", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1985 (Juche 75)", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"\xec\xa3\xbc\xec\xb2\xb4 75", SIT_YEAR_ONE, 1986, 1980, false},
    {"\xec\xa3\xbc\xec\xb2\xb4"
     "75\xeb\x85\x84",
     SIT_YEAR_ONE, 1986, 1980, false},
    {"1961-64", SIT_YEAR_DECADE, 0, 1960, false},
    {"1961\xe2\x80\x93"
     "1964",
     SIT_YEAR_DECADE, 0, 1960, false},
    {"between 1961 and 1964", SIT_YEAR_DECADE, 0, 1960, false},
    {"1961-1961", SIT_YEAR_ONE, 1961, 1960, false},
    {"1958-1964", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1964-1961", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"  ", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"n.d.", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"N.D", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"[n.d.]", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"undated", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"no date", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"n/a", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"?", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"-", SIT_YEAR_UNKNOWN, 0, 0, false},
    {"no", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"75", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"0986", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"3000", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"19860", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"99999999999999999999", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"19th century", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1986 or earlier", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"after 1986", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"-1986", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1986-", SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
    {"1986 1987 1988 1989 1990 1991 1992 1993 1994 1995 1996 1997 1998 1999 2000 2001 "
     "2002",
     SIT_YEAR_NOT_UNDERSTOOD, 0, 0, false},
};

static void forms_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        const struct sample *s = &SAMPLES[i];
        struct sit_year year;
        sit_year_parse(s->text, &year);
        if (year.kind != s->kind || year.year != s->year || year.decade != s->decade ||
            year.approx != s->approx)
            fail_msg("'%s' is kind %d, year %d, decade %d, approximate %d", s->text,
                     (int)year.kind, year.year, year.decade, year.approx);
    }
}

static void every_year_and_decade_is_read(void **state)
{
    (void)state;
    for (int value = SIT_YEAR_FIRST; value <= SIT_YEAR_LAST; value++) {
        char text[32];
        struct sit_year year;
        snprintf(text, sizeof text, "%d", value);
        sit_year_parse(text, &year);
        assert_int_equal(year.year, value);
        snprintf(text, sizeof text, "%ds", value - value % 10);
        sit_year_parse(text, &year);
        assert_int_equal(year.kind, SIT_YEAR_DECADE);
        assert_int_equal(year.decade, value - value % 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_told_apart),
        cmocka_unit_test(every_year_and_decade_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
