/* opts.c - the options that all tools have. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <csv.h>
#include <zlib.h>

#include "inflate.h"
#include "io.h"

static int
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef CPU_COUNT
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = CPU_COUNT(&set);
#endif
	return n < 1 ? 1 : n > 4 ? 4 : (int)n;
}

/* The words between the commas of list. */
static void
set_na(struct opts *o, const char *list)
{
	char *word, *end;

	free(o->natext);
	word = o->natext = mem_text(list, strlen(list));
	o->na = mem_resize(o->na, strlen(list) + 1, sizeof *o->na);
	for (o->nna = 0; *word != '\0'; word = end) {
		end = word + strcspn(word, ",");
		o->na[o->nna++] = word;
		if (*end != '\0')
			*end++ = '\0';
	}
}

char *
opts_na(const struct opts *o)
{
	char *text = mem_text("", 0), *more;

	for (size_t i = 0; i < o->nna; i++, text = more) {
		more = mem_print("%s%s%s", text, i > 0 ? "," : "", o->na[i]);
		free(text);
	}
	return text;
}

void
opts_init(struct opts *o)
{
	*o = (struct opts){ .level = 1, .threads = processors(), .max_record = CSV_USUAL };
	set_na(o, "NA,NaN,nan,null");
}

void
opts_free(struct opts *o)
{
	free(o->na);
	free(o->natext);
}

int64_t
opts_int(const char *s, const char *what, int64_t lo, int64_t hi)
{
	char *end;
	intmax_t v;

	errno = 0;
	v = strtoimax(s, &end, 10);
	if (s[0] < '0' || s[0] > '9' || *end != '\0' || errno != 0 || v < lo || v > hi)
		die_usage("%s: not a whole number from %jd to %jd: \"%s\"", what, (intmax_t)lo, (intmax_t)hi, s);
	return (int64_t)v;
}

int
opts_word(const char *s, size_t len, const char *const *word, int n)
{
	for (int i = 0; i < n; i++)
		if (strlen(word[i]) == len && strncasecmp(word[i], s, len) == 0)
			return i;
	return -1;
}

double
opts_level(const char *s)
{
	double v;
	int code = dec_parse(s, strlen(s), &v);

	if (code == DEC_OK && v > 1 && v < 100)         /* percent */
		die_usage("--level: not a number between 0 and 1: \"%s\"; did you mean %.15g?", s, v / 100);
	if (code != DEC_OK || v <= 0 || v >= 1)
		die_usage("--level: not a number between 0 and 1: \"%s\"", s);
	if (1 - v == 1)
		die_usage("--level: too near to 0");
	return v;
}

void
opts_once(const char **value, const char *arg, const char *what)
{
	if (*value != NULL)
		die_usage("%s: given twice", what);
	*value = arg;
}

const char *
opts_file(const char *arg, const char *what)
{
	if (*arg == '\0')
		die_usage("%s: the name of a file is empty", what);
	return strcmp(arg, "-") != 0 ? arg : NULL;
}

/* The digits at s are a number of at most OPTS_DIGITS; returns how many there are. */
static size_t
check_digits(const char *format, const char *s)
{
	size_t n = strspn(s, "0123456789"), zeros = strspn(s, "0");

	if (n > zeros + 3 || strtol(s, NULL, 10) > OPTS_DIGITS)
		die_usage("--format: more than %d digits: \"%s\"", OPTS_DIGITS, format);
	return n;
}

/* One decimal conversion of a double and nothing beside it, not even blanks, or what is
 * written would not be a number to the next program. */
static void
check_format(const char *f)
{
	const size_t flags = *f == '%' ? strspn(f + 1, "-+ #0") : 0;
	const char *p = f + (*f == '%') + flags;
	const size_t width = check_digits(f, p);
	const int zeros = memchr(f, '0', 1 + flags) != NULL && memchr(f, '-', 1 + flags) == NULL;

	p += width;
	if (*p == '.') {
		p++;
		p += check_digits(f, p);
	}
	if (*f != '%' || *p == '\0' || strchr("eEfFgG", *p) == NULL || p[1] != '\0')
		die_usage("--format: not one printf conversion of a number: \"%s\"", f);
	if (memchr(f, ' ', 1 + flags) != NULL || (width > 0 && !zeros))
		die_usage("--format: with blanks around it a number is none to the next program: \"%s\"", f);
}

/* Text that was asked for, on standard output; then exit. */
_Noreturn static void
print(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		die("standard output: %s", strerror(errno));
	exit(0);
}

_Noreturn static void
print_version(const struct opts *o)
{
	printf("%s (headgeom) " VERSION "\nzlib %s, libcsv %d.%d.%d", err_prog(), zlibVersion(), CSV_MAJOR,
	    CSV_MINOR, CSV_RELEASE);
	if (o->json != NULL)
		printf(", jansson %s", o->json);
	printf("; inflate: %s", inflate_library(0));
	if (o->set != NULL)
		printf("; instruction set: %s", o->set);
	print("\n");
}

/* Dies of a long option that is none, or may be several, and names those of the usage text that
 * are nearest. */
_Noreturn static void
refuse_long(const char *arg, const char *usage)
{
	struct near n = near_to(arg, strcspn(arg, "="));

	for (const char *s = usage; (s = strstr(s, "--")) != NULL; s += 2)
		near_try(&n, s, 2 + strspn(s + 2, "abcdefghijklmnopqrstuvwxyz0123456789-"));
	die_usage("unknown option %s%s", arg, near_text(&n));
}

_Noreturn static void
refuse(const char *arg, const char *usage)
{
	if (optopt == 0)
		refuse_long(arg, usage);
	if (strncmp(arg, "--", 2) == 0 && strchr(arg, '=') != NULL)
		die_usage("option %.*s takes no argument", (int)strcspn(arg, "="), arg);
	die_usage("unknown option -%c", optopt);
}

/* The word that the argument is missing behind, which is the last one.  musl's optind is past the
 * argument that is not there, and so one more than that of others. */
_Noreturn static void
lacks_argument(char *const *argv)
{
	die_usage("option %s needs an argument", argv[argv[optind - 1] != NULL ? optind - 1 : optind - 2]);
}

static void
refuse_both(const struct opts *o)
{
	if (o->plain && o->pretty > 0)
		die_usage("-p, -t: a table is either plain or laid out");
}

/* I/N, the I-th of N parts. */
static void
set_part(struct opts *o, const char *s)
{
	char *slash, *end;

	o->part = strtol(s, &slash, 10);
	o->parts = *slash == '/' ? strtol(slash + 1, &end, 10) : 0;
	if (strspn(s, "0123456789/") != strlen(s) || o->parts < 1 || *end != '\0' || o->parts > OPTS_PARTS ||
	    o->part < 1 || o->part > o->parts)
		die_usage("--part: not I/N, I from 1 to N and N to %d: \"%s\"", OPTS_PARTS, s);
}

/* Bytes, with K, M or G behind them 1024 of these, and so on, or as many as memory could ever hold; at least lo,
 * or die_usage naming what. */
static size_t
size_of(const char *s, const char *what, size_t lo)
{
	static const char unit[] = "KMG";
	char *end;
	unsigned long long v = strtoull(s, &end, 10);
	const char *u = *end != '\0' ? strchr(unit, *end) : NULL;
	int shift = u != NULL ? 10 * (int)(u - unit + 1) : 0;
	size_t n = v <= SIZE_MAX / 4 >> shift ? (size_t)v << shift : SIZE_MAX / 4;

	if (s[0] < '0' || s[0] > '9' || end[u != NULL] != '\0' || n < lo)
		die_usage("%s: not a size of at least %zuM, such as 500M or 2G: \"%s\"", what, lo >> 20, s);
	return n;
}

void
opts_check_part(const struct opts *o, size_t noperand)
{
	if (o->parts && noperand > 1)
		die_usage("--part: of one file, not of %zu", noperand);
}

void
opts_take(struct opts *o, int c, char *const *argv, const char *usage)
{
	switch (c) {
	case '@':
		o->threads = (int)opts_int(optarg, "-@", 1, 256);
		break;
	case 'h':
		print(usage);
	case 'o':
		o->outfile = opts_file(optarg, "-o");
		break;
	case 'p':
		o->plain = 1;
		refuse_both(o);
		break;
	case 't':
		o->pretty = 1;
		refuse_both(o);
		break;
	case 'V':
		print_version(o);
	case 'z':
		o->level = (int)opts_int(optarg, "-z", 0, 9);
		break;
	case OPTS_FORMAT:
		check_format(o->format = optarg);
		break;
	case OPTS_LINES:
		o->lines = 1;
		break;
	case OPTS_NA:
		set_na(o, optarg);
		break;
	case OPTS_PART:
		set_part(o, optarg);
		break;
	case OPTS_RECORD:
		o->max_record = size_of(optarg, "--max-record", CSV_LIMIT);
		break;
	case ':':
		lacks_argument(argv);
	default:
		refuse(argv[optind - 1], usage);
	}
}

char *const *
opts_operands(int argc, char *const *argv, const char *usage, int *n)
{
	static char dash[] = "-", *const standard[] = { dash, NULL };

	*n = argc - optind;
	if (*n > 0)
		return argv + optind;
	if (isatty(STDIN_FILENO)) {
		fputs(usage, stderr);
		exit(2);
	}
	*n = 1;
	return standard;
}

struct gz *
opts_in(const struct opts *o, const char *name)
{
	const int threads = o->threads - (o->threads - 1) / 2;

	return o->parts ? part_open(name, o->part, o->parts, threads, o->max_record) : gz_open(name, threads);
}

struct out *
opts_out(const struct opts *o)
{
	const int terminal = o->outfile == NULL && !o->plain && isatty(STDOUT_FILENO);
	struct out *out = out_open(o->outfile, o->plain || (o->pretty > 0 && o->outfile == NULL), o->level,
	    1 + (o->threads - 1) / 2);

	if (o->pretty > 0 || (o->pretty == 0 && terminal))
		out_dress(out, o->format != NULL ? NULL : "%.4g");
	if (o->lines)
		out_lines(out);
	return out;
}
