/* state.c - partial results as a table: what a program has summed of one part
 * of the rows, to be merged with others. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "stat.h"

enum { RECORD, I, J, NAME, VALUE, LOW, NCOL };

static const char *const header[NCOL] = { "record", "i", "j", "name", "value", "low" };

/* The check sum with a field more, whose NUL tells it from the next one. */
static unsigned long
sum(unsigned long crc, const char *field)
{
	return crc32_z(crc, (const unsigned char *)field, strlen(field) + 1);
}

static void
put_field(struct state_writer *s, const char *text)
{
	csv_put_str(&s->w, text);
	s->crc = sum(s->crc, text);
}

static void
put_index(struct state_writer *s, long i)
{
	char text[24] = "";

	if (i >= 0)
		snprintf(text, sizeof text, "%ld", i);
	put_field(s, text);
}

void
state_put(struct state_writer *s, const char *record, long i, long j, const char *name,
    const char *value, const char *low)
{
	put_field(s, record);
	put_index(s, i);
	put_index(s, j);
	put_field(s, name);
	put_field(s, value);
	put_field(s, low != NULL ? low : "");
	csv_put_end(&s->w);
	s->n++;
}

void
state_put_num(struct state_writer *s, const char *record, long i, long j, const char *name,
    double value, double low)
{
	char v[CSV_NUM_MAX], l[CSV_NUM_MAX];

	csv_num(v, NULL, value);
	csv_num(l, NULL, low);
	state_put(s, record, i, j, name, v, low != 0 ? l : "");
}

void
state_begin(struct state_writer *s, struct out *out, const char *tool)
{
	*s = (struct state_writer){ .w = { .out = out } };
	for (int i = 0; i < NCOL; i++)
		csv_put_str(&s->w, header[i]);
	csv_put_end(&s->w);
	state_put(s, "state", STATE_VERSION, -1, tool, "", NULL);
}

void
state_put_names(struct state_writer *s, const struct group *g)
{
	for (size_t i = 0; i < group_keys(g); i++)
		state_put(s, "option", (long)i, -1, "group", group_name(g, i), NULL);
}

void
state_put_group(struct state_writer *s, const struct group *g, size_t k, double rows)
{
	state_put_num(s, "group", -1, -1, "", rows, 0);
	for (size_t i = 0; k > 0 && i < group_keys(g); i++)
		state_put(s, "key", (long)i, -1, group_name(g, i), group_key(g, k, i), NULL);
}

void
state_put_r(struct state_writer *s, long p, const double *r, const double *rlo)
{
	for (long j = 0; j < p; j++)
		for (long i = 0; i <= j; i++)
			if (r[i + j*p] != 0)
				state_put_num(s, "r", i, j, "", r[i + j*p], rlo[i + j*p]);
}

void
state_end(struct state_writer *s)
{
	char crc[16];

	snprintf(crc, sizeof crc, "%08lx", s->crc);
	state_put_num(s, "end", -1, -1, crc, (double)(s->n + 1), 0);
}

int
state_is(const struct table *t)
{
	int good = t->ncol == NCOL;

	for (int i = 0; good && i < NCOL; i++)
		good = strcmp(t->name[i], header[i]) == 0;
	return good;
}

struct state *
state_open(char *const *operand, int n, const struct opts *o, const char *tool)
{
	struct state *s = mem_new(1, sizeof *s);

	s->t = table_open(operand, n, o);
	s->tool = tool;
	if (!state_is(s->t))
		die("%s: not a state, as --save-state writes it; tables are read without --merge", gz_name(s->t->gz));
	return s;
}

void
state_die(const struct state *s, const char *fmt, ...)
{
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof msg, fmt, ap);
	va_end(ap);
	table_die(s->t, TABLE_NONE, "%s", msg);
}

size_t
state_index(const struct state *s, char which, size_t most)
{
	const char *text = s->t->field[which == 'i' ? I : J];
	char *end;
	unsigned long k = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || k >= most)
		table_die(s->t, which == 'i' ? I : J, "not a number that fits here: \"%.40s\"", text);
	return k;
}

double
state_num(const struct state *s, char which)
{
	size_t col = which == 'v' ? VALUE : LOW;
	double x = 0;

	if (s->t->len[col] == 0 && which == 'v')
		table_die(s->t, col, "a number is missing");
	if (s->t->len[col] > 0 && dec_parse(s->t->field[col], s->t->len[col], &x) != DEC_OK)
		table_die(s->t, col, "not a number: \"%.40s\"", s->t->field[col]);
	return x;
}

void
state_dd(const struct state *s, double *hi, double *lo)
{
	*hi = NAN;
	*lo = state_num(s, 'l');
	if (s->value[0] != '\0')
		*hi = state_num(s, 'v');
	if (isnan(*hi) ? *lo != 0 : fabs(*lo) > fabs(*hi)*0x1p-50)
		state_die(s, "a low part too large for its number: %s, %s", s->value, s->low);
}

double
state_rows(const struct state *s)
{
	double n = state_num(s, 'v');

	if (!(n >= 0 && n <= 0x1p53 && n == floor(n)))
		state_die(s, "not a number of rows: %s", s->value);
	return n;
}

void
state_uses(const struct state *s, const char *used)
{
	static const char letter[NCOL + 1] = "rijnvl";

	for (size_t col = I; col < NCOL; col++)
		if (s->t->len[col] > 0 && strchr(used, letter[col]) == NULL)
			table_die(s->t, col, "nothing belongs here in a row \"%s\": \"%.40s\"", s->record, s->t->field[col]);
}

/* The check sum with the row in hand. */
static unsigned long
sum_row(const struct state *s, unsigned long crc)
{
	for (int col = 0; col < NCOL; col++)
		crc = sum(crc, s->t->field[col]);
	return crc;
}

static void
begin(struct state *s)
{
	state_uses(s, "in");
	if (s->open)
		state_die(s, "a state begins before the one before it has ended: that was cut");
	if (strcmp(s->name, s->tool) != 0)
		state_die(s, "a state of %s, not of %s", s->name, s->tool);
	if (state_index(s, 'i', (size_t)-1) != STATE_VERSION)
		state_die(s, "a state of version %s; this program reads version %d", s->t->field[I], STATE_VERSION);
	s->first = s->n == 0;
	s->nstate++;
	s->open = 1;
	s->grouped = 0;
	s->option = 0;
	s->n = 1;
	s->crc = sum_row(s, 0);
}

/* The sum comes last: where a row is wrong by itself, that has been said. */
static void
end(struct state *s)
{
	char crc[16];

	state_uses(s, "nv");
	snprintf(crc, sizeof crc, "%08lx", s->crc);
	if (state_num(s, 'v') != (double)s->n)
		state_die(s, "the state has %zu rows and should have %s: rows are missing, or not its own", s->n, s->value);
	if (s->option != s->noption)
		state_die(s, "the state does not fit the first one: it lacks %s", s->options[s->option]);
	if (strcmp(s->name, crc) != 0)
		state_die(s, "the check sum is %s and should be \"%.40s\": the state was changed", crc, s->name);
	s->open = 0;
}

/* Whether two options are the same.  Each is a text for messages, in which value
 * and low stand with a colon between them, and behind its NUL i, j and low: both are
 * compared, so that the value "a:b" differs from the value "a" with "b" as low. */
static int
same(const char *a, const char *b)
{
	return strcmp(a, b) == 0 && strcmp(a + strlen(a) + 1, b + strlen(b) + 1) == 0;
}

static void
add_key_column(struct state *s)
{
	size_t n = s->nname++;

	if (state_index(s, 'i', n + 1) != n)
		state_die(s, "an option out of its order: group %s", s->value);
	s->keyname = mem_resize(s->keyname, n + 1, sizeof *s->keyname);
	s->key = mem_resize(s->key, n + 1, sizeof *s->key);
	s->keyname[n] = mem_text(s->value, strlen(s->value));
	s->key[n] = NULL;
}

/* An option of the first state, or of a later one, which must be the same.
 * Returns whether it is given out. */
static int
option(struct state *s)
{
	int is_key = strcmp(s->name, "group") == 0;
	const char *i = s->t->field[I], *j = s->t->field[J];
	size_t room = strlen(s->name) + strlen(s->value) + 2*strlen(s->low) + strlen(i) + strlen(j) + 8;
	char *text = mem_new(room, 1);

	if (s->grouped)
		state_die(s, "an option behind the sums");
	snprintf(text, room, "%s %s%s%s%c%s,%s,%s", s->name, s->value, s->low[0] != '\0' ? ":" : "", s->low, '\0',
	    i, j, s->low);
	if (is_key)
		state_uses(s, "inv");
	else if (s->first && s->nname > 0)
		state_die(s, "an option out of its order: %s %s", s->name, s->value);
	if (s->first) {
		s->options = mem_grow(s->options, &s->cap, s->noption + 1, sizeof *s->options);
		s->options[s->noption++] = text;
		if (is_key)
			add_key_column(s);
	} else if (s->option == s->noption || !same(s->options[s->option], text)) {
		state_die(s, "the state does not fit the first one: it has %s, the first %s", text,
		    s->option < s->noption ? s->options[s->option] : "nothing there");
	} else {
		free(text);
	}
	s->option++;
	return s->first && !is_key;
}

static void
begin_group(struct state *s)
{
	state_uses(s, "v");
	s->rows = state_rows(s);
	s->grouped = s->begins = 1;
	s->nkey = 0;
	if (s->group == NULL)
		s->group = group_new((const char *const *)s->keyname, s->nname);
}

static void
key(struct state *s)
{
	size_t i = state_index(s, 'i', s->nname);

	state_uses(s, "inv");
	if (!s->begins || i != s->nkey++ || strcmp(s->name, s->keyname[i]) != 0)
		state_die(s, "a key out of its order");
	if (s->value[0] == '\0')
		state_die(s, "an empty key");
	if (strcmp(s->value, "all") == 0)
		state_die(s, "a key that is \"all\", the word for the pooled rows");
	free(s->key[i]);
	s->key[i] = mem_text(s->value, strlen(s->value));
}

/* All keys of a group have been read, and a row more. */
static void
find_group(struct state *s)
{
	struct text *key;

	if (s->nkey != 0 && s->nkey != s->nname)
		state_die(s, "a group of %zu keys, not %zu", s->nkey, s->nname);
	key = mem_new(s->nkey, sizeof *key);
	for (size_t i = 0; i < s->nkey; i++)
		key[i] = (struct text){ s->key[i], strlen(s->key[i]) };
	s->k = s->nkey == 0 ? 0 : group_of(s->group, key);
	free(key);
	s->seen = mem_grow(s->seen, &s->seencap, s->k + 1, sizeof *s->seen);
	for (; s->nseen <= s->k; s->nseen++)
		s->seen[s->nseen] = 0;
	if (s->seen[s->k] == s->nstate)
		state_die(s, "a group that the state has had already%s", group_text(s->group, s->k));
	s->seen[s->k] = s->nstate;
	s->record = "group";
	s->begins = 0;
}

/* Does what the row is to the state; returns whether it is given out. */
static int
take(struct state *s)
{
	if (strcmp(s->record, "state") == 0) {
		begin(s);
		return 0;
	}
	if (!s->open)
		state_die(s, "a row \"%s\" that is in no state", s->record);
	s->n++;
	if (strcmp(s->record, "end") == 0) {
		end(s);
		return 0;
	}
	s->crc = sum_row(s, s->crc);
	if (strcmp(s->record, "option") == 0)
		return option(s);
	if (strcmp(s->record, "group") == 0)
		begin_group(s);
	else if (strcmp(s->record, "key") == 0)
		key(s);
	else if (!s->grouped)
		state_die(s, "a record out of its order: %s", s->record);
	else
		return 1;
	return 0;
}

int
state_next(struct state *s)
{
	while (s->held || table_next(s->t)) {
		s->record = s->t->field[RECORD];
		s->name = s->t->field[NAME];
		s->value = s->t->field[VALUE];
		s->low = s->t->field[LOW];
		s->held = s->begins && strcmp(s->record, "key") != 0;
		if (s->held)
			find_group(s);
		if (s->held || take(s))
			return 1;
	}
	if (s->open)
		die("%s: the last state is cut", gz_name(s->t->gz));
	if (s->group == NULL)
		die("%s: no sums in what was read", gz_name(s->t->gz));
	return 0;
}

void
state_close(struct state *s)
{
	for (size_t i = 0; i < s->noption; i++)
		free(s->options[i]);
	for (size_t i = 0; i < s->nname; i++) {
		free(s->keyname[i]);
		free(s->key[i]);
	}
	free(s->options);
	free(s->seen);
	free(s->keyname);
	free(s->key);
	table_close(s->t);
	free(s);
}

void
state_warn(const struct group *g, double rows)
{
	if (rows > 0 && group_keys(g) > 0)
		warn("an empty key in %.0f row%s, which count%s in the pooled rows only", rows,
		    rows == 1 ? "" : "s", rows == 1 ? "s" : "");
}
