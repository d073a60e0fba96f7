/* state.c - states read: many side by side, group by group, what one program has summed of
 * parts of the rows, to be merged. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"

enum { RECORD, I, J, NAME, VALUE, LOW, NCOL };

/* One of the streams that are read side by side: each stops before the sums of a group, when
 * its keys are known, and behind a state. */
struct state_in {
	struct table *t;
	enum { BEGINS, AT_GROUP, BEHIND, EMPTY } at;
	size_t n, id, k, ngroup;        /* rows of its state so far, whose id; the group, of so many */
	uint32_t crc;                   /* of the state's fields so far */
	double rows;
	int open, grouped, begins, held, given;
	char **options;                 /* of its state, but the first one's */
	size_t noption, cap;
	char **key, **before;           /* of the group, and of the one before */
	size_t nkey;
};

/* Files that are open at a time. */
enum { ABREAST = 200 };

/* Standard input is there twice, and comes to an end before it is looked for again. */
static int
is_twice(char *const *operand, int n)
{
	int found = 0;

	for (int i = 0; i < n; i++)
		found += strcmp(operand[i], "-") == 0;
	return found > 1;
}

struct state *
state_open(char *const *operand, int n, const struct opts *o, const char *tool)
{
	struct state *s = mem_new(1, sizeof *s);
	int count = is_twice(operand, n) ? 1 : n < ABREAST ? n : ABREAST;

	s->tool = tool;
	s->alone = *o;
	s->alone.threads = 1;
	s->in = mem_new((size_t)count, sizeof *s->in);
	s->nin = s->last = (size_t)count;
	for (int i = 0; i < count; i++) {
		struct state_in *in = &s->in[i];
		int from = (int)((long)n*i/count);

		in->t = s->t = table_open(operand + from, (int)((long)n*(i + 1)/count) - from, i == 0 ? o : &s->alone);
		if (!state_is(s->t))
			die("%s: not a state, as --save-state writes it; tables are read without --merge", gz_name(s->t->gz));
	}
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

/* The check sum with the row in hand, whose fields are one behind the other, each ended by NUL. */
static uint32_t
sum_row(const struct state *s, uint32_t crc)
{
	const char *first = s->t->field[0], *last = s->t->field[NCOL - 1];

	return inflate_crc(crc, first, (size_t)(last - first) + s->t->len[NCOL - 1] + 1);
}

/* ---- options ------------------------------------------------------------------------------- */

/* Each is a text for messages, its name and value, with a colon before the low part, and
 * behind its NUL i, j and low: all is compared, so that the value "a:b" differs from
 * the value "a" with "b" as low. */
static void
fit(const struct state *s, const struct state_in *in)
{
	if (in->id > 1)
		state_fit(in->options, in->noption, gz_name(in->t->gz), s->options, s->noption, s->name_of_first);
}

static void
forget_options(struct state_in *in)
{
	for (size_t i = 0; i < in->noption; i++)
		free(in->options[i]);
	in->noption = 0;
}

static void
add_key_column(struct state *s)
{
	size_t n = s->nname++;

	if (state_index(s, 'i', n + 1) != n)
		state_die(s, "an option out of its order: group %s", s->value);
	s->keyname = mem_resize(s->keyname, n + 1, sizeof *s->keyname);
	s->keyname[n] = mem_text(s->value, strlen(s->value));
}

/* An option of the first state, or of a later one.  Returns whether it is given out. */
static int
option(struct state *s, struct state_in *in)
{
	int first = in->id == 1, is_key = strcmp(s->name, "group") == 0;
	const char *i = s->t->field[I], *j = s->t->field[J];
	size_t room = strlen(s->name) + strlen(s->value) + 2*strlen(s->low) + strlen(i) + strlen(j) + 8;
	char *text;

	if (in->grouped)
		state_die(s, "an option behind the sums");
	if (is_key)
		state_uses(s, "inv");
	else if (first && s->nname > 0)
		state_die(s, "an option out of its order: %s %s", s->name, s->value);
	text = mem_new(room, 1);
	snprintf(text, room, "%s %s%s%s%c%s,%s,%s", s->name, s->value, s->low[0] != '\0' ? ":" : "", s->low, '\0',
	    i, j, s->low);
	if (!first) {
		in->options = mem_grow(in->options, &in->cap, in->noption + 1, sizeof *in->options);
		in->options[in->noption++] = text;
		return 0;
	}
	s->options = mem_grow(s->options, &s->cap, s->noption + 1, sizeof *s->options);
	s->options[s->noption++] = text;
	if (is_key)
		add_key_column(s);
	return !is_key;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void
begin(struct state *s, struct state_in *in)
{
	state_uses(s, "inv");
	if (in->open)
		state_die(s, "a state begins before the one before it has ended: that was cut");
	if (strcmp(s->name, s->tool) != 0)
		state_die(s, "a state of %s, not of %s", s->name, s->tool);
	if (state_index(s, 'i', (size_t)-1) != STATE_VERSION)
		state_die(s, "a state of version %s; this program reads version %d", s->t->field[I], STATE_VERSION);
	in->id = ++s->nstate;
	if (in->id == 1)
		s->name_of_first = mem_text(gz_name(in->t->gz), strlen(gz_name(in->t->gz)));
	if (in->id == 1)
		s->origin.na = mem_text(s->value, strlen(s->value));
	else if (strcmp(s->value, s->origin.na) != 0)
		die("%s: its sums are of --na %s, those of %s of --na %s", gz_name(in->t->gz), s->value, s->name_of_first,
		    s->origin.na);
	forget_options(in);
	in->open = 1;
	in->grouped = 0;
	in->ngroup = 0;
	in->n = 1;
	in->crc = sum_row(s, 0);
}

/* The sum comes last: where a row is wrong by itself, that has been said. */
static void
end(struct state *s, struct state_in *in)
{
	char crc[16];

	state_uses(s, "nv");
	snprintf(crc, sizeof crc, "%08" PRIx32, in->crc);
	if (state_num(s, 'v') != (double)in->n)
		state_die(s, "the state has %zu rows and should have %s: rows are missing, or not its own", in->n, s->value);
	if (!in->grouped)
		fit(s, in);
	if (strcmp(s->name, crc) != 0)
		state_die(s, "the check sum is %s and should be \"%.40s\": the state was changed", crc, s->name);
	in->open = 0;
	in->at = BEHIND;
}

static void
begin_group(struct state *s, struct state_in *in)
{
	char **before = in->before;

	state_uses(s, "v");
	if (!in->grouped)
		fit(s, in);
	if (s->group == NULL)
		s->group = group_new((const char *const *)s->keyname, s->nname);
	in->before = in->key;
	in->key = before != NULL ? before : mem_new(s->nname, sizeof *in->key);
	in->rows = state_rows(s);
	in->grouped = in->begins = 1;
	in->nkey = 0;
}

static void
key(struct state *s, struct state_in *in)
{
	size_t i = state_index(s, 'i', s->nname);

	state_uses(s, "inv");
	if (!in->begins || i != in->nkey++ || strcmp(s->name, s->keyname[i]) != 0)
		state_die(s, "a key out of its order");
	if (s->value[0] == '\0')
		state_die(s, "an empty key");
	if (strcmp(s->value, "all") == 0)
		state_die(s, "a key that is \"all\", the word for the pooled rows");
	free(in->key[i]);
	in->key[i] = mem_text(s->value, strlen(s->value));
}

/* Keys a and b in the order of groups, as strcmp. */
static int
compare_keys(const struct state *s, char *const *a, char *const *b)
{
	int c = 0;

	for (size_t i = 0; c == 0 && i < s->nname; i++)
		c = group_compare(a[i], b[i]);
	return c;
}

/* All keys of a group have been read, and a row more. */
static void
find_group(struct state *s, struct state_in *in)
{
	struct text *text;
	int had, c = 1;

	if (in->nkey != 0 && in->nkey != s->nname)
		state_die(s, "a group of %zu keys, not %zu", in->nkey, s->nname);
	text = mem_new(in->nkey, sizeof *text);
	for (size_t i = 0; i < in->nkey; i++)
		text[i] = (struct text){ in->key[i], strlen(in->key[i]) };
	had = in->ngroup > 0 && (in->nkey == 0 || in->k != 0);
	in->k = in->nkey == 0 ? 0 : group_of(s->group, text);
	free(text);
	if (had)
		c = in->nkey == 0 ? 0 : compare_keys(s, in->key, in->before);
	if (c == 0)
		state_die(s, "a group that the state has had already%s", group_text(s->group, in->k));
	if (c < 0)
		state_die(s, "a group out of its order%s", group_text(s->group, in->k));
	in->ngroup++;
	in->begins = 0;
	in->at = AT_GROUP;
}

/* Does what the row is to its state; returns whether it is given out. */
static int
take(struct state *s, struct state_in *in)
{
	if (state_has(s, "state")) {
		begin(s, in);
		return 0;
	}
	if (!in->open)
		state_die(s, "a row \"%s\" that is in no state", s->record);
	in->n++;
	if (state_has(s, "end")) {
		end(s, in);
		return 0;
	}
	in->crc = sum_row(s, in->crc);
	if (state_has(s, "option"))
		return option(s, in);
	if (state_has(s, "file") && !in->grouped)
		origin_take(&s->origin, s);
	else if (state_has(s, "group"))
		begin_group(s, in);
	else if (state_has(s, "key"))
		key(s, in);
	else if (!in->grouped)
		state_die(s, "a record out of its order: %s", s->record);
	else
		return 1;
	return 0;
}

/* The row in hand is the first behind the sums of a group. */
static int
ends_group(const struct state *s)
{
	return state_has(s, "group") || state_has(s, "end");
}

/* Reads on until there is something to give out, 1, or the stream stops, 0. */
static int
advance(struct state *s, struct state_in *in)
{
	s->t = in->t;
	while (in->held || table_next(in->t)) {
		s->record = s->t->field[RECORD];
		s->name = s->t->field[NAME];
		s->value = s->t->field[VALUE];
		s->low = s->t->field[LOW];
		in->held = in->given && ends_group(s);
		if (in->held) {
			in->given = 0;
			s->record = "end";
			return 1;
		}
		in->held = in->begins && !state_has(s, "key");
		if (in->held)
			find_group(s, in);
		else if (take(s, in))
			return 1;
		if (in->at != BEGINS)
			return 0;
	}
	if (in->open)
		die("%s: the last state is cut", gz_name(in->t->gz));
	in->at = EMPTY;
	return 0;
}

/* ---- side by side -------------------------------------------------------------------------- */

/* Of the streams that stand before a group the next one that has the same as the last one
 * given out, else the first of those whose group is the least; NULL if none does. */
static struct state_in *
least(const struct state *s)
{
	struct state_in *min = NULL;

	for (size_t i = s->last + 1; i < s->nin; i++)
		if (s->in[i].at == AT_GROUP && s->in[i].k == s->k)
			return &s->in[i];
	for (size_t i = 0; i < s->nin; i++) {
		struct state_in *in = &s->in[i];

		if (in->at == AT_GROUP && (min == NULL || (min->k != in->k && min->k != 0 &&
		    (in->k == 0 || compare_keys(s, in->key, min->key) < 0))))
			min = in;
	}
	return min;
}

/* The stream to read on in; NULL if all stand before a group, or have come to their end. */
static struct state_in *
behind(struct state *s)
{
	int more = 0;

	for (; s->from < s->nin; s->from++)
		if (s->in[s->from].at == BEGINS)
			return &s->in[s->from];
	for (size_t i = 0; i < s->nin; i++)
		if (s->in[i].at == AT_GROUP)
			return NULL;
	for (size_t i = 0; i < s->nin; i++)
		if (s->in[i].at == BEHIND) {
			s->in[i].at = BEGINS;
			more = 1;
		}
	s->from = 0;
	s->last = s->nin;               /* no group goes on into the next round */
	return more ? behind(s) : NULL;
}

/* The sums of the group before which a stream stands are next. */
static int
give_group(struct state *s, struct state_in *in)
{
	in->at = BEGINS;
	in->given = 1;
	s->now = in;
	s->last = (size_t)(in - s->in);
	s->k = in->k;
	s->rows = in->rows;
	s->id = in->id;
	s->t = in->t;
	s->record = "group";
	return 1;
}

int
state_next(struct state *s)
{
	struct state_in *in;

	for (;;) {
		if (s->now == NULL)
			s->now = behind(s);
		if (s->now != NULL) {
			if (advance(s, s->now))
				return 1;
			s->now = NULL;
		} else if ((in = least(s)) != NULL) {
			return give_group(s, in);
		} else {
			break;
		}
	}
	if (s->group == NULL)
		die("%s: no sums in what was read", gz_name(s->t->gz));
	return 0;
}

static void
close_in(struct state *s, struct state_in *in)
{
	forget_options(in);
	for (size_t i = 0; i < s->nname; i++) {
		if (in->key != NULL)
			free(in->key[i]);
		if (in->before != NULL)
			free(in->before[i]);
	}
	free(in->options);
	free(in->key);
	free(in->before);
	table_close(in->t);
}

void
state_close(struct state *s)
{
	for (size_t i = 0; i < s->nin; i++)
		close_in(s, &s->in[i]);
	for (size_t i = 0; i < s->noption; i++)
		free(s->options[i]);
	for (size_t i = 0; i < s->nname; i++)
		free(s->keyname[i]);
	free(s->in);
	free(s->options);
	free(s->name_of_first);
	free(s->keyname);
	free(s);
}
