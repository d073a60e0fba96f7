/* hg-plot - pictures of a head table, or of what the other programs make of it.
 *
 * Comes in: a table; goes out: a picture that gnuplot(1) draws, or the script for it, which
 * holds its data.  All rows that are drawn are held in memory.
 *
 * What is drawn is lib/plot's; here are the options, and where the picture goes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io.h"
#include "num.h"
#include "plot.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-plot [-hV] [-g LIST] [-k KIND] [-o FILE] [-x LIST] [-y LIST] [-@ N]\n"
	"               [--level P] [--max-record SIZE] [--na LIST] [--script]\n"
	"               [--term NAME] [FILE ...]\n"
	"  -g, --group LIST    keys of panels or colours (tags; scatter: stage)\n"
	"  -h, --help          print this\n"
	"  -k, --kind KIND     heat, scatter, spectrum, forest, profile, matrix,\n"
	"                      residuals (by the columns)\n"
	"  -o, --output FILE   write to FILE, which ends in .svg, .pdf or .png\n"
	"  -V, --version       print the version\n"
	"  -x, --x LIST        to the right (layer); spectrum: singular values\n"
	"  -y, --y LIST        what is drawn\n"
	"  -@, --threads N     threads (the processors, at most 4)\n"
	"      --level P       of the confidence intervals of scatter (0.95)\n"
	"      --max-record SIZE  memory that a row may take (88M)\n"
	"      --na LIST       words for a missing value (NA,NaN,nan,null)\n"
	"      --script        write the script with its data, and draw nothing\n"
	"      --term NAME     svg, pdf, png, dumb, sixel or kitty\n";

enum { LEVEL = OPTS_OWN, SCRIPT, TERM };

static const struct option longopts[] = {
	{ "group",   required_argument, NULL, 'g' },
	{ "help",    no_argument,       NULL, 'h' },
	{ "kind",    required_argument, NULL, 'k' },
	{ "level",   required_argument, NULL, LEVEL },
	{ "max-record", required_argument, NULL, OPTS_RECORD },
	{ "na",      required_argument, NULL, OPTS_NA },
	{ "output",  required_argument, NULL, 'o' },
	{ "script",  no_argument,       NULL, SCRIPT },
	{ "term",    required_argument, NULL, TERM },
	{ "threads", required_argument, NULL, '@' },
	{ "version", no_argument,       NULL, 'V' },
	{ "x",       required_argument, NULL, 'x' },
	{ "y",       required_argument, NULL, 'y' },
	{ NULL, 0, NULL, 0 }
};

struct options {
	struct opts common;
	struct plot_spec spec;
	int term, script;               /* term: -1 if not said */
};

/* Whether whoever is at the terminal wants colours; of NO_COLOR https://no-color.org speaks. */
static int
has_colours(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no == NULL || *no == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

/* Where it goes: by the ending of its name, or as the terminal has it. */
static void
choose_term(struct options *o)
{
	const char *file = o->common.outfile, *dot = file != NULL ? strrchr(file, '.') : NULL;
	int screen = file == NULL && isatty(STDOUT_FILENO);
	struct winsize w;

	if (o->term < 0 && file != NULL && !o->script) {
		o->term = dot != NULL ? opts_word(dot + 1, strlen(dot + 1), plot_term_name, PLOT_PNG + 1) : -1;
		if (o->term < 0)
			die_usage("-o %s: not a name that ends in .svg, .pdf or .png, nor --term", file);
	}
	if (o->term < 0)
		o->term = screen && !o->script ? PLOT_DUMB : PLOT_SVG;
	o->spec.term = (enum plot_term)o->term;
	o->spec.coloured = screen && has_colours();
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
		o->spec.width = w.ws_col;
}

static int
word(const char *option, const char *arg, const char *const *name, int n)
{
	int i = opts_word(arg, strlen(arg), name, n);
	char *list = mem_text("", 0);

	for (int k = 0; k < n && i < 0; k++) {
		char *longer = mem_print("%s%s%s", list, k == 0 ? "" : k + 1 < n ? ", " : " or ", name[k]);

		free(list);
		list = longer;
	}
	if (i < 0)
		die_usage("%s: not one that there is: \"%s\": it is %s", option, arg, list);
	free(list);
	return i;
}

static int
take(struct options *o, int c, const char *arg)
{
	struct plot_spec *s = &o->spec;

	if (c == 'g' || c == 'x' || c == 'y')
		opts_once(c == 'g' ? &s->group : c == 'x' ? &s->x : &s->y, arg, (char[]){ '-', (char)c, '\0' });
	else if (c == 'k')
		s->kind = (enum plot_kind)word("-k", arg, plot_kind_name, PLOT_KINDS);
	else if (c == TERM)
		o->term = word("--term", arg, plot_term_name, PLOT_TERMS);
	else if (c == LEVEL)
		s->level = opts_level(arg);
	else if (c == SCRIPT)
		o->script = 1;
	else
		return 0;
	return 1;
}

/* The script, or what gnuplot draws of it. */
static void
put(const struct options *o, struct table *t)
{
	size_t len, n = 0;
	char *script = plot_script(t, &o->spec, &len), *picture = o->script ? NULL : gnuplot_run(script, len, o->spec.term, &n);
	struct out *out = out_open(o->common.outfile, 1, 0, 1);

	out_bytes(out, o->script ? script : picture, o->script ? len : n);
	out_close(out);
	free(picture);
	free(script);
}

int
main(int argc, char **argv)
{
	struct options o = { .spec.kind = PLOT_ANY, .term = -1 };
	char *const *operand;
	struct table *t;
	int c, n;

	err_init(argv[0]);
	opts_init(&o.common);
	o.common.set = kern_set();
	while ((c = getopt_long(argc, argv, ":g:hk:o:Vx:y:@:", longopts, NULL)) != -1)
		if (!take(&o, c, optarg))
			opts_take(&o.common, c, argv, usage);
	choose_term(&o);
	operand = opts_operands(argc, argv, usage, &n);
	if (o.script)
		sandbox_enter(o.common.outfile, NULL);
	else
		sandbox_offline();
	t = table_open(operand, n, &o.common);
	if (state_is(t))
		die("%s: a state: hg-correlate --merge or hg-regress --merge reads it", gz_name(t->gz));
	put(&o, t);
	table_close(t);
	opts_free(&o.common);
	return 0;
}
