/* io.h - bytes and text: messages, gzip, CSV, decimals, columns,
 * options.  Knows no mathematics.
 *
 * A column of a table by itself, without the rows that lack it:
 *
 *	#include "io.h"
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		struct opts o;
 *		struct csv_writer w = { 0 };
 *		struct table *t;
 *		double x;
 *
 *		err_init(argv[0]);
 *		opts_init(&o);
 *		t = table_open(argv + 1, argc - 1, &o);
 *		w.out = opts_out(&o);
 *		while (table_next(t))
 *			if (table_num(t, table_col(t, "op"), &x)) {
 *				csv_put_num(&w, x);
 *				csv_put_end(&w);
 *			}
 *		out_close(w.out);
 *		table_close(t);
 *		opts_free(&o);
 *	}
 *
 * Streams and allocation die: a function here that meets a bad stream, a
 * failed write or an empty heap prints one line on standard error and exits
 * with status 1, so that no caller has a path for it.  Text is bytes; UTF-8
 * passes through.  The C locale is assumed and setlocale(3) never called.
 *
 * Words:
 *	operand	a file that the command line names, or standard input
 *	member	one of the gzip streams that a gzip file is made of
 *	BGZF	gzip whose members, called blocks, hold 64 KiB at most and tell their
 *		length; an empty block, the marker, is the last
 *	seam	where a member follows a BGZF block that is no marker: if a header is
 *		repeated there, the file before it was cut
 *	lent	to be read until the call that is named, and not to be freed
 */
#ifndef IO_H
#define IO_H

#include <getopt.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* err.c - messages, memory ------------------------------------------------ */

/* Takes the program's name from argv[0] for all messages, and opens /dev/null
 * on any of the descriptors 0, 1, 2 that came closed, so that no file opened later
 * is taken for a standard stream; using one of them is EBADF.  Call it first. */
void err_init(const char *argv0);

/* The program's name, without directories. */
const char *err_prog(void);

/* From now on messages begin with what they are about (lent), unless they do so anyway. */
void err_about(const char *what);

/* "prog: message" on standard error; die_usage exits with 2 after a hint at -h. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The text s, not empty, begins with a character of *len bytes, or with one that is none of UTF-8; returns *len,
 * or 0 if it is not to be shown: a control, or one that hides or turns around what stands beside it. */
size_t err_shown(const char *s, size_t *len);

/* The text with a "?" for each character that is not to be shown, in place; returns its length. */
size_t err_mask(char *s);

/* The message, and below it a text of the command line with a caret under its byte at;
 * then exit 2. */
_Noreturn void die_caret(const char *text, size_t at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* n objects of size bytes, zeroed; the product is checked.  Dies when there is
 * no memory; never returns NULL.  mem_resize keeps the old bytes. */
void *mem_new(size_t n, size_t size);
void *mem_resize(void *p, size_t n, size_t size);

/* For sizes that files claim, and that are multiplied before anything is asked for: m n; dies
 * "out of memory" if that is no size.  mem_fits dies unless m by n numbers are one, and
 * all that is computed beside them: up to 32 doubles for each.  A size of workspace in num.h,
 * which is such a product, cannot wrap then. */
size_t mem_times(size_t m, size_t n);
void mem_fits(size_t m, size_t n);

char *mem_text(const char *s, size_t len);

/* The text that printf would print; the caller frees it. */
char *mem_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Room for at least n objects in an array that holds *cap: *cap grows by
 * doubling, and the array may move. */
void *mem_grow(void *p, size_t *cap, size_t n, size_t size);

/* progress.c - how far long work is, for a terminal -------------------------- */

/* A line on standard error if that is a terminal: how much is done, how much a second,
 * and the time left. */
struct progress {
	const char *what;	/* lent: "heads" */
	size_t total;		/* of them; 0: nothing is told */
	double begin, last;	/* seconds */
};

/* Work of total steps begins. */
struct progress progress_begin(const char *what, size_t total);

/* So many are done, 0.2 s after the line before at the soonest; done = total clears it. */
void progress_tell(struct progress *p, size_t done);

/* The same with words of its own: whether there is a line to be told, p->last - p->begin seconds
 * from the beginning; the line, to which the time left is added. */
int progress_due(struct progress *p, size_t done);
void progress_say(const struct progress *p, size_t done, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* pool.c - blocks through a ring, in order ---------------------------------- */

/* Jobs are filled in order, worked on side by side, and taken in order.  Workers
 * are threads beside the main one, which does its share of the work where it would
 * have to wait, and everything if there are none; the results are the same.
 * Workers never die: what goes wrong reaches the main thread as a code. */
enum { POOL_BLOCK = 65536, POOL_SPARE = 64 };

struct pool_job {
	size_t nin, nout;
	int seam, past, code, done;	/* done is the pool's */
	const char *why;
	struct split *split;	/* gz.c's */
	unsigned char in[POOL_BLOCK], out[POOL_BLOCK + POOL_SPARE];        /* what is spare may be read */
};

/* fill gets the next job and returns 0 if it was the last; work does it, as
 * worker 0, 1, ..., the main thread as the one behind the last; drain delivers it and returns 0 or an errno.  One fill and
 * one drain run at a time.  Either fill is NULL and the main thread puts, or
 * drain is NULL and the main thread gets. */
struct pool_do {
	int (*fill)(void *ctx, struct pool_job *j);
	void (*work)(void *ctx, struct pool_job *j, int worker);
	int (*drain)(void *ctx, struct pool_job *j);
};
struct pool;

/* How many workers go with so many threads in all: all but the main one. */
int pool_workers(int threads);

/* Jobs under way at once, in the ring of so many workers. */
size_t pool_jobs(int workers);
struct pool *pool_new(int workers, struct pool_do todo, void *ctx);

/* The oldest job, done; release gives it back. */
struct pool_job *pool_get(struct pool *p);
void pool_release(struct pool *p);

/* A job to be filled, then put; wait until all are drained.  put and wait
 * return the first errno of drain, behind which nothing is drained. */
struct pool_job *pool_room(struct pool *p);
int pool_put(struct pool *p);
int pool_wait(struct pool *p);
void pool_free(struct pool *p);

/* team.c - parts of one task side by side ------------------------------------ */

/* So many threads, the caller's among them; one that cannot be had is done without, so
 * that team_size may be less. */
struct team;
struct team *team_new(int threads);
int team_size(const struct team *t);

/* work(ctx, part, worker) once for each part from 0 to parts - 1, begun in this order; worker
 * from 0 to team_size - 1, no two with the same one at a time.  Returns when all are done, and
 * what they wrote is seen.  Workers never die. */
void team_run(struct team *t, size_t parts, void (*work)(void *ctx, size_t part, int worker), void *ctx);
void team_free(struct team *t);

/* pthread_create, with a stack of what the system gives, but at least of TEAM_STACK bytes: it gives
 * as little as 128 KB (musl), or what ulimit -s says (glibc).  Frames of lib/ have 8 KB at most. */
enum { TEAM_STACK = 256*1024 };
int team_thread(pthread_t *thread, void *(*work)(void *), void *ctx);

/* fd.c - files whose opening or reading is interrupted -------------------------- */

/* open(2), closed by exec, again if a signal was there first: -1 and errno.  mode is that of a file
 * that O_CREAT makes. */
int fd_open(const char *path, int flags, mode_t mode);

/* p = the n bytes of a file from at on, or those that there are: how many, whatever part of them a read
 * gives; -1 and errno if it fails. */
ptrdiff_t fd_read_at(int fd, void *p, size_t n, uint64_t at);

/* gz.c - the bytes of an operand, whether gzip or not ----------------------- */

/* gzip is known by its magic bytes, everything else is handed on as it is.
 * All members are read.  The end of file is proved: a stream that is cut, a
 * bad checksum or length, or anything but zeros behind the last member dies,
 * and so does BGZF without its marker.  With threads > 1 a thread reads ahead, and the blocks
 * of BGZF are inflated side by side; what comes out is the same, up to and
 * including the error. */
struct gz;

/* The empty BGZF block that ends a file. */
enum { GZ_MARKER = 28 };
extern const unsigned char gz_marker[GZ_MARKER];

/* name "-" is standard input, called <stdin> in messages. */
struct gz *gz_open(const char *name, int threads);
const char *gz_name(const struct gz *g);

/* The next run, lent until the next call; NULL (and *len 0) at the proved end.  A run comes as soon as there are bytes (of BGZF: a block): it
 * may be short, it is never empty.  *seam is 1 if it begins at a seam. */
const char *gz_next(struct gz *g, size_t *len, int *seam);

/* From now on gz_next gives an empty run where a pipe, terminal or socket pauses: for 10 ms, and
 * again for 100 ms. */
void gz_live(struct gz *g);

/* What is known, after gz_live, of the run that gz_next gave, and is used up:
 * GZ_QUIET	for now nothing comes behind it;
 * GZ_STILL	nothing more came for 100 ms, and when something does is not told;
 * GZ_RESTING, GZ_ASLEEP	the same, behind a BGZF block;
 * GZ_ENDED	it is a BGZF block that was ended before it was full, to hand on what there was;
 * GZ_COMING	it is no such block, and is as long as it happened to be;
 * GZ_STEADY	none of these: a full block, or of a regular file. */
enum { GZ_FULL = 65280 };
enum gz_flow { GZ_STEADY = 0, GZ_QUIET, GZ_STILL, GZ_RESTING, GZ_ASLEEP, GZ_ENDED, GZ_COMING };
enum gz_flow gz_flow(const struct gz *g);

/* From now on the lines of runs that are under way are taken apart side by side, before their
 * turn; the plan is lent and does not change any more. */
struct split_plan;
void gz_split(struct gz *g, const struct split_plan *p);

/* The lines of the run that gz_next gave, lent as it is, or NULL if none is ready. */
const struct split *gz_lines(const struct gz *g);

/* The first byte that is neither a blank, a newline nor a byte order mark,
 * or -1 if there is none among the first GZ_PEEK bytes; nothing is consumed, and
 * gz_next gives all bytes still.  Only before the first gz_next. */
enum { GZ_PEEK = 65536 };
int gz_peek(struct gz *g);

/* The run of bytes that gz_peek has taken first; NULL if there is none. */
const char *gz_peeked(const struct gz *g, size_t *len);

/* Of the bytes of the file, or pipe, how many are in the runs that were given out; with one thread. */
uint64_t gz_offset(const struct gz *g);

/* Dies, saying that the BGZF stream was cut at a block's edge, and how to read
 * it all the same. */
_Noreturn void gz_die_cut(const struct gz *g);
void gz_close(struct gz *g);

/* part.c - the I-th of N parts of a file, for programs that share it ----------- */

/* The part-th of so many parts of a regular file that is BGZF or plain text, as if it were a file of the
 * header and these rows, called file(part/parts).  All of them are the whole file, in order, or one of
 * them dies; a header of more bytes than max_header, too; the last one that has any bytes proves the end.  Where a part begins is looked for there alone,
 * however large the file.  Dies of what cannot be read in parts. */
struct gz *part_open(const char *name, long part, long parts, int threads, size_t max_header);

/* What table_names says of the whole file. */
struct table;
int part_whole_names(const struct table *t, size_t col);

/* For gz.c: the bytes from .. to of a file, and where in it we are.  Behind its header, or behind the
 * first end of line from there on, rows begin; they end behind the first end of line from to on. */
enum part_at { PART_WHOLE = 0, PART_HEADER, PART_LINE, PART_CR, PART_ROWS, PART_OVER };
#define PART_END UINT64_MAX
struct gz_part {
	enum part_at at;
	int plain, shown, cr;   /* cr: the line of the header ends with CR, behind which LF may stand */
	uint64_t from, to;      /* 0, or where a BGZF block begins, or a byte of plain text; to may be PART_END */
	char *header;           /* with LF behind it, as gz_open_part takes it over */
	size_t len, skip;       /* its bytes; those that are to come once more, PART_HEADER */
};

/* The file, called so in messages; takes over what is in *p. */
struct gz *gz_open_part(const char *name, const char *called, const struct gz_part *p, int threads);

/* The header once, then NULL; what of the next run s[0..*n) are rows of the part, *n bytes of them; past: the
 * run does not begin before p->to. */
const char *part_header(struct gz_part *p, size_t *n);
const char *part_rows(struct gz_part *p, const char *s, size_t *n, int past);

/* The length of the gzip member at p if it is a BGZF block whose header is in these n bytes, or 0. */
size_t part_block(const unsigned char *p, size_t n);

/* Dies: we have come by p->to, and nothing begins there. */
_Noreturn void part_die(const struct gz_part *p, const char *name);

/* The check sum of gzip, CRC-32 (RFC 1952, section 8), of n bytes behind those of which it is crc, 0 of
 * none; by the library that inflates (inflate.c). */
uint32_t inflate_crc(uint32_t crc, const void *p, size_t n);

struct csv_writer;

/* out.c - where a tool's output goes ----------------------------------------- */

/* Plain bytes, or BGZF, its blocks compressed by up to threads threads; the bytes
 * do not depend on how many. */
struct out;

/* path NULL: standard output, gzip unless plain is set or it is a terminal.
 * Otherwise a file: gzip if its name ends in .gz and plain is not set; a
 * regular or absent file is written beside itself and renamed by out_close
 * (through symbolic links; what keep.c says is kept), and the half-written one removed if the
 * program dies or is killed by a signal that can be caught; anything
 * else is written in place, and so is the file that is standard output, and a descriptor
 * that path names, as /dev/fd/3 does, as it is open.  At most
 * OUT_MOST are open, no two of them the same file.  level 0 to 9 is zlib's. */
enum { OUT_MOST = 2 };
struct out *out_open(const char *path, int plain, int level, int threads);
void out_bytes(struct out *o, const void *data, size_t len);
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What is written from now on is CSV, and is laid out for reading; numbers by the format, see
 * dress_new. */
void out_dress(struct out *o, const char *format);

/* Ends a block: all that was written is on its way to the reader. */
void out_block(struct out *o);

/* From now on each row is a block, on its way at once, whatever else waits. */
void out_lines(struct out *o);

/* What is written follows what is read, which is so (gz_flow).  All of it goes on its way behind a block
 * that was ended, and where input stands still; plain text where nothing comes; else what was written 0.1 s ago.  So blocks
 * of a regular file, and of what is read as BGZF, never depend on time, nor does what is laid out
 * for others than a terminal. */
void out_follow(struct out *o, enum gz_flow flow);

/* Writes what is left, flushes, closes, renames; dies if any of it fails. */
void out_close(struct out *o);

/* The same of n, of which none is renamed before all are written. */
void out_close_all(struct out *const *o, size_t n);

/* dest.c - where an output goes, to out.c --------------------------------------- */

/* name: for messages; fd takes the bytes; temp: the file that they are in until it is whole,
 * or NULL: they are in their place. */
struct temp;
struct dest {
	char *name;
	int fd;
	struct temp *temp;
};

/* As out_open says; dies if it cannot be.  The name is the caller's to free. */
void dest_open(struct dest *d, const char *path);

/* The name that a file written to path has, or gets: the end of a chain of links.  The caller
 * frees it. */
char *dest_target(const char *path);

/* All bytes were written: closes, and then gives the file its name, of which there may be
 * something between for all outputs.  Both die of what fails. */
void dest_end(struct dest *d);
void dest_place(struct dest *d);

/* In a process that was forked: what is half-written, and what was noted, is the other's. */
void out_forget(void);

/* keep.c, to dest.c: the file fd gets owner, group, mode, ACL and attributes of the file at path, of which
 * *old is what stat said.  Warns, naming name, of what cannot be kept, and of another name that the file
 * has; nobody may read the new one who might not read the old one. */
struct stat;
void keep_all(const char *name, int fd, const char *path, const struct stat *old);

/* protect.c - what is read is not written over --------------------------------------- */

/* Notes a regular file that is read, as it is open, under the name that a message
 * gives it: out_open refuses to write over it, and so does out_close, for what was
 * noted since.  gz_open does this; whoever opens files otherwise has to.  In the main
 * thread only. */
void out_protect_fd(int fd, const char *name);

/* Notes a name that what is read is looked for under, whether there is a file or not:
 * one that is made there is read the next time. */
void out_protect_name(const char *path);

/* All that was noted, as rows; one of these rows, noted in another process. */
void out_protect_put(struct csv_writer *w);
void out_protect_take(const char *const *field, const size_t *len, size_t n);

/* To dest.c: dies if the file at path is one of those, or has the name of one;
 * whether two paths are the same name in one directory; no file is read any more. */
void protect_refuse(const char *path);
int protect_same(const char *a, const char *b);
void protect_forget(void);

/* sandbox.c - what a program gives up before it reads -------------------------- */

/* On Linux, as far as the kernel has it: from now on this program and what it forks write to no
 * file but those that are open, and where an out_open of path or of also (NULL: none) writes;
 * they run no program, have no network, share no memory or queue, reach no other process, and change
 * nothing of the machine, whoever runs them.  All files can be read, since operands are opened one
 * by one and models are folders.  What the kernel has not, or what is switched off by
 * HEADGEOM_SANDBOX=off, is done without and without a word.  Before the first thread, and before
 * the first byte that others have written. */
void sandbox_enter(const char *path, const char *also);

/* The same for who runs programs: they write files, and may have name spaces and turns of their own. */
void sandbox_offline(void);

/* dec.c - decimal and double ------------------------------------------------- */

enum { DEC_OK = 0, DEC_TEXT = 1, DEC_RANGE = 2 };

/* The correctly rounded double of s[0..len), s[len] == 0: optional sign,
 * digits with at most one point, optional exponent.  DEC_TEXT: anything else,
 * blanks, hex, nan and inf among it; DEC_RANGE: too large for a double.  What
 * is too small becomes a denormal or zero. */
int dec_parse(const char *s, size_t len, double *v);

/* The same of the number that the text s begins with, end being its NUL, by the grammar of
 * JSON (RFC 8259, section 6): no plus, no needless zero in front, digits on both sides of a
 * point.  Returns the byte behind it; NULL if there is no such number, or one too large. */
const char *dec_json(const char *s, const char *end, double *v);

/* For who reads numbers of less than DEC_DIGITS digits itself, all digits as a whole w != 0 with n of them behind the
 * point: if w, its highest bit moved to the top by shift, times high is hi 2^64 + lo, lo > 1
 * and the lowest 9 bits of hi not all 1, then the double is the highest 53 bits of hi, rounded, and its
 * biased exponent less 1 is exponent - shift, and one more if the top bit of hi is set. */
enum { DEC_DIGITS = 20 };
struct dec_ten { uint64_t high; int exponent; };
const struct dec_ten *dec_tens(void);

/* The shortest decimal that dec_parse reads back as the same double, the one
 * nearest to x among them; x finite.  Like %.17g without needless digits:
 * 0.1, 1e+300, -0.  Returns the length; buf takes DEC_MAX bytes and a NUL. */
enum { DEC_MAX = 25 };
int dec_print(char *buf, double x);

/* csv.c - CSV text to records, and back --------------------------------------- */

/* RFC 4180 with lines that end in LF, CRLF or CR.  Quotes stand around a whole
 * field or not at all.  Blanks are part of a field. */
struct csv;

enum { CSV_OK = 0, CSV_QUOTE_MISPLACED, CSV_QUOTE_OPEN, CSV_NUL, CSV_SPANS, CSV_LARGE };

/* Whole records, in the order of the input, lent until the next csv_feed or
 * csv_end.  Field f is text + start[f], NUL-terminated, start[f+1] - start[f]
 * - 1 bytes long; record r has the fields first[r] .. first[r+1]-1 and began
 * at line[r]. */
struct csv_records {
	size_t n;
	const char *text;
	const size_t *start, *first, *line;
};

struct csv *csv_new(void);

/* Takes the next bytes of a text and gives the records that ended in them; a
 * code other than CSV_OK stands for what came behind these records, in the
 * record that began at line csv_line.  csv_end gives the last record if no
 * newline ended it, and makes ready for another text. */
int csv_feed(struct csv *c, const char *data, size_t len, struct csv_records *out);
int csv_end(struct csv *c, struct csv_records *out);

/* From the second record on a field that holds a newline is CSV_SPANS, and so is a quote left open. */
void csv_flat(struct csv *c);

/* A record that takes more than this is CSV_LARGE, as soon as that is known: its bytes, with a NUL behind each
 * field, and CSV_FIELD for each field.  At least CSV_LIMIT; without it there is no limit.  CSV_USUAL, what
 * programs take, holds a row of a million numbers. */
enum { CSV_FIELD = 48, CSV_LIMIT = 8 << 20, CSV_USUAL = 11 * CSV_LIMIT };
void csv_limit(struct csv *c, size_t most);

/* The record that is being read: the line on which it began, and the fields it
 * has so far. */
size_t csv_line(const struct csv *c);
size_t csv_field(const struct csv *c);

/* The text that was fed ends with a newline: whether that was outside of quotes.  If so, n lines that follow
 * may be taken apart by somebody else: they are counted, and the number of the first is returned. */
int csv_between(const struct csv *c);
size_t csv_skip(struct csv *c, size_t n);
void csv_close(struct csv *c);

/* Writing: fields of a row one by one, minimal quoting.  Set out and
 * format, zero the rest.  csv_put_end ends the row; a row of one empty
 * field is written "" lest its line be blank.  as_text: of csv_put texts, which end with a NUL
 * then, get a ' in front if a spreadsheet would take them for a formula: = + - @, tab or CR
 * first, and no number. */
struct csv_writer {
	struct out *out;
	const char *format;             /* NULL: shortest */
	int as_text;                    /* see below */
	size_t nfield, lastlen;         /* private */
};

void csv_put(struct csv_writer *w, const char *s, size_t len);
void csv_put_str(struct csv_writer *w, const char *s);

/* A number as text: shortest, or by format unless that is NULL, or rounds it beyond all doubles; empty if it is
 * not finite.  Returns the length; dies if it does not fit. */
enum { CSV_NUM_MAX = 512 };
size_t csv_num(char buf[CSV_NUM_MAX], const char *format, double x);
void csv_put_num(struct csv_writer *w, double x);
void csv_put_int(struct csv_writer *w, long long x);
void csv_put_count(struct csv_writer *w, double n);     /* whole; empty if it is not finite */
void csv_put_end(struct csv_writer *w);

/* split.c - whole lines of a run, taken apart before it is their turn -------------- */

/* What lines are like, and which columns have numbers that will be asked for. */
struct split_plan {
	size_t ncol, nwant, header_len;
	const size_t *want;
	const char *header;             /* its line, with the newline */
	const char *na_begins;          /* by byte: a word for a missing value begins so */
};

/* n lines, one behind the other, from byte from of the run to byte to: each has ncol fields, neither
 * a quote nor CR nor NUL, and is not the header again.  In front of them is the first newline,
 * and behind them may be anything.  Field f of all is what lies between the bytes end[f] and end[f + 1];
 * of each line num has nwant numbers, NAN where table_num has to look itself. */
enum { SPLIT_MOST = POOL_BLOCK / 2 };
struct split {
	char *text;
	size_t from, to, n;
	size_t nend;                    /* private */
	uint16_t end[SPLIT_MOST];
	double num[SPLIT_MOST];
};

/* Of a run of at most POOL_BLOCK bytes; n is 0 if there is no such line.  Never dies. */
void split_run(const struct split_plan *p, char *text, size_t len, struct split *s);

/* lay.c - a table laid out for reading -------------------------------------------- */

/* Cells of rows, the header among them, are kept until all are printed: two blanks before
 * each column, texts to the left, those of a column that has a number to the right. */
struct lay;

struct lay *lay_new(void);
void lay_put(struct lay *l, const char *s);

/* By a format as csv_num has it: empty if x is not finite. */
void lay_put_num(struct lay *l, const char *format, double x);
void lay_end(struct lay *l);            /* of a row */

/* Prints the rows that wait: columns are never narrower than before; the same, and l is freed. */
void lay_flush(struct lay *l, struct out *o);
void lay_print(struct lay *l, struct out *o);

/* A table as CSV text laid out as it comes: whole records are taken and printed to o, in the beginning
 * when some of them are known, so that the columns fit.  Numbers that are no whole ones get the format, unless it is NULL.
 * few: also if there are but a few, though never the header alone. */
struct dress;

struct dress *dress_new(struct out *o, const char *format);
void dress_take(struct dress *d, const char *data, size_t len);
void dress_flush(struct dress *d, int few);
void dress_end(struct dress *d);         /* d is freed */

/* map.c - texts to numbers 0, 1, 2, ... in the order they come ------------------ */

struct map;

struct map *map_new(void);
size_t map_count(const struct map *m);

/* The number of key[0..len); a key not seen yet gets the next one.  map_find
 * gives (size_t)-1 instead. */
size_t map_add(struct map *m, const char *key, size_t len);
size_t map_find(const struct map *m, const char *key, size_t len);

/* The k-th key, which may hold NUL bytes, lent as long as the map lives. */
const char *map_key(const struct map *m, size_t k, size_t *len);
void map_free(struct map *m);

/* SipHash-1-3 of s[0..len) under a key: one round for 8 bytes, three at the end (Aumasson and Bernstein,
 * SipHash: a fast short-input PRF, INDOCRYPT 2012, section 2). */
uint64_t map_hash(const uint64_t by[2], const char *s, size_t len);

/* near.c - names that are most like one that is not there ------------------------- */

/* Text that somebody wrote (lent), and the names nearest to it so far: those that differ in case
 * alone, else by one slip (a byte too many, missing, wrong, or two exchanged), else those that
 * begin so, else by the fewest slips, few for its length. */
enum { NEAR_MOST = 3 };
struct near {
	const char *text;
	size_t len, count;
	int far;
	char *like[NEAR_MOST], *said;   /* like: in the order in which they were tried, the first ones */
};

struct near near_to(const char *text, size_t len);
void near_try(struct near *n, const char *name, size_t len);

/* At last, for the end of a message: ': did you mean "a", "b" or "c"?', or "" if nothing is near.
 * It is n->said, and not freed, since the message is the last one. */
const char *near_text(struct near *n);

/* unite.c - tables with different columns as one ------------------------------------ */

/* All columns that any of them has: a column that those before lack stands behind the
 * one that it follows in its own table, or is the first; but before all of a later place.
 * place: of a column called name that stands behind one of place before (0: it is the first),
 * and not less than that, so that a table alone keeps its order. */
struct unite;

struct unite *unite_new(int (*place)(const char *name, int before));

/* One table more: its number, from 0.  Dies of a name that is there twice in it. */
size_t unite_header(struct unite *u, const char *file, const char *const *name, size_t n);

/* How many columns there are so far. */
size_t unite_count(const struct unite *u);

/* The header, when all tables were named; then rows of theirs, with as many fields as
 * their header, which become rows of all: what a table has not is empty. */
void unite_put_names(struct unite *u, struct csv_writer *w);
void unite_put(struct unite *u, size_t part, const char *const *field, const size_t *len, struct csv_writer *w);
void unite_free(struct unite *u);

/* opts.c - options that all tools have -------------------------------------------- */

struct opts {
	const char *outfile;            /* -o, NULL: standard output */
	int plain, level, threads;      /* -p, -z, -@ */
	int lines;                      /* --line-buffered */
	int pretty;                     /* -t; -1: what is written is no table to be laid out */
	const char *format;             /* --format, NULL: shortest */
	char **na, *natext;             /* --na: the words for a missing value */
	size_t nna;
	const char *set, *json;         /* for -V, NULL: none: the instruction set, jansson's version */
	long part, parts;               /* --part; 0: the whole */
	size_t max_record;              /* --max-record: what a record of a table takes, or a JSON text */
};

enum { OPTS_FORMAT = 256, OPTS_LINES, OPTS_NA, OPTS_PART, OPTS_RECORD, OPTS_OWN };  /* OPTS_OWN, + 1, ...: a tool's own */

/* What every tool takes: letters, to be followed by the tool's own; rows of
 * the long table, which they end; lines of the usage text. */
#define OPTS_SHORT ":ho:ptVz:@:"
#define OPTS_LONG \
	{ "format",     required_argument, NULL, OPTS_FORMAT }, \
	{ "gzip-level", required_argument, NULL, 'z' }, \
	{ "help",       no_argument,       NULL, 'h' }, \
	{ "max-record", required_argument, NULL, OPTS_RECORD }, \
	{ "na",         required_argument, NULL, OPTS_NA }, \
	{ "output",     required_argument, NULL, 'o' }, \
	{ "plain",      no_argument,       NULL, 'p' }, \
	{ "pretty",     no_argument,       NULL, 't' }, \
	{ "threads",    required_argument, NULL, '@' }, \
	{ "version",    no_argument,       NULL, 'V' }, \
	{ NULL, 0, NULL, 0 }
#define OPTS_USAGE \
	"  -h, --help          print this\n" \
	"  -o, --output FILE   write to FILE; gzip if its name ends in .gz\n" \
	"  -p, --plain         write plain text, never gzip\n" \
	"  -t, --pretty        write columns for reading, as to a terminal\n" \
	"  -V, --version       print the version\n" \
	"  -z, --gzip-level N  gzip level, 0 to 9 (1)\n" \
	"  -@, --threads N     threads (the processors, at most 4)\n" \
	"      --format FMT    numbers as printf FMT, such as %.6g (shortest exact)\n" \
	"      --max-record SIZE  memory that a row, or a JSON text, may take (88M)\n" \
	"      --na LIST       words for a missing value (NA,NaN,nan,null)\n"

/* --part, of the tools that read one table: a row before OPTS_LONG, a line before OPTS_USAGE. */
#define OPTS_PART_LONG { "part", required_argument, NULL, OPTS_PART }
#define OPTS_PART_USAGE \
	"      --part I/N      the I-th of N parts of one file, BGZF or plain\n"

/* --line-buffered, of the tools that write rows before they have read all. */
#define OPTS_LINES_LONG { "line-buffered", no_argument, NULL, OPTS_LINES }
#define OPTS_LINES_USAGE \
	"      --line-buffered  hand on each row at once, in a block of its own\n"

/* --part I/N: N at most; of the width and of the precision of --format, so that every number takes less
 * than CSV_NUM_MAX bytes: 309 digits, a point and a sign beside them. */
enum { OPTS_PARTS = 1000000, OPTS_DIGITS = 200 };

void opts_init(struct opts *o);
void opts_free(struct opts *o);

/* The words for a missing value, with commas between; the caller frees them. */
char *opts_na(const struct opts *o);

/* Handles what getopt_long returned, for all that OPTS_SHORT and OPTS_LONG
 * name and for its complaints. */
void opts_take(struct opts *o, int c, char *const *argv, const char *usage);

/* The operands behind the options: *n of them, "-" if there are none; with
 * none and a terminal on standard input prints usage and exits 2. */
char *const *opts_operands(int argc, char *const *argv, const char *usage, int *n);

/* A whole number lo..hi, or die_usage naming what; of 64 bits on every machine. */
int64_t opts_int(const char *s, const char *what, int64_t lo, int64_t hi);

/* Which of word[0..n) s[0..len) is, in any case, or -1. */
int opts_word(const char *s, size_t len, const char *const *word, int n);

/* The argument of --level, x with 0 < x < 1 and 1 - x < 1, or die_usage. */
double opts_level(const char *s);

/* *value = arg, or die_usage naming what if *value is set: a second list would
 * take the place of the first without a word. */
void opts_once(const char **value, const char *arg, const char *what);

/* The file that an output is to go to by the option what: NULL for "-", or die_usage if arg is empty. */
const char *opts_file(const char *arg, const char *what);

/* Dies of several operands if there is --part. */
void opts_check_part(const struct opts *o, size_t noperand);

/* gz_open or part_open, and out_open by the options; a table is laid out if they say so, or goes to a terminal.  The main thread and the workers of both
 * are the threads of -@ and no more: half of those beside the main one to each,
 * the odd one to the reader.  So one input and one output may be open at a time;
 * what is open beside them, or beside other workers, is opened with one thread. */
struct gz *opts_in(const struct opts *o, const char *name);
struct out *opts_out(const struct opts *o);

/* series.c - tables made side by side ------------------------------------------------ */

/* Who makes table i: writes it, or its header alone, in a process of its own, by options that
 * are for it; dies as always.  name: of the table, for messages; place: as unite_new has it. */
struct series_do {
	void (*table)(void *ctx, size_t i, const struct opts *o, struct csv_writer *w, int header);
	const char *(*name)(void *ctx, size_t i);
	int (*place)(const char *name, int before);
};

/* Writes n tables as one, by unite, as opts_out has it: each is made twice, its header first,
 * as many at a time as there are threads.  One that fails has no row; behind those before it
 * the program exits with 1, or with keep_going the others follow and 1 is returned.  What
 * they read is protected as if it had been read here. */
int series_put(size_t n, const struct series_do *make, void *ctx, const struct opts *o, int keep_going);

/* strange.c - what is no table ---------------------------------------------------------- */

/* Dies of the directory of a model, and of a format that is not read, by its first bytes, and
 * says what makes a table of it; before the first gz_next. */
void strange_refuse(struct gz *g);

/* table.c - rows under a header ------------------------------------------------------ */

/* Operands one after the other, as one table: the first line of each is the
 * same header, a row that repeats it is skipped, all rows are as long as it.
 * name and field hold ncol texts, field and len those of the present row,
 * lent until the next table_next. */
struct table {
	size_t ncol;
	char **name;
	const char **field;
	size_t *len;
	const char *advice;             /* behind the message about a text that is no number, or NULL */
	/* private */
	const struct opts *opts;
	char na_begins[256];            /* by byte: a word for a missing value begins so */
	char *const *operand;
	int noperand;
	struct gz *gz;
	struct out *follows;            /* table_follow, or NULL */
	struct csv *csv;
	struct csv_records rec;
	size_t at, row, line;
	const struct split *lines;      /* of this run, of which the first ready of nready are done, */
	size_t ready, nready, first_line;
	const char *rest;               /* and bytes behind them */
	size_t nrest;
	struct split_plan plan;         /* its header is NULL until the first row */
	size_t *want, want_cap;         /* columns whose numbers come ready, */
	size_t *slot;                   /* by column: where its number is in num, or TABLE_NONE */
	const double *num;              /* those of the present row, or NULL */
	int code, ended;
	char *const *first;             /* the operands as they were given */
	int nfirst;
	size_t nrow, before;            /* rows of this reading, and of the one before */
	struct table_kept *kept, *last; /* texts of rows, NULL: not kept */
	size_t kept_at;
	int twice, again;
	uint32_t sum, sum_before;       /* of the rows' texts */
	struct table_ahead *ahead, *given;      /* rows that were looked at */
	struct table_derived *derived;
	size_t nderived;
	struct map *distinct;           /* the names of the header, and of each of them */
	size_t *of;                     /* its column, TABLE_NONE: there are two */
};

struct table *table_open(char *const *operand, int n, const struct opts *o);

/* Rows go to o (lent) as they come: out_follow before each run. */
void table_follow(struct table *t, struct out *o);

/* The same over one operand that is open already; takes g over. */
struct table *table_from(struct gz *g, const struct opts *o);

/* The next row: 1, or 0 at the end of the last operand. */
int table_next(struct table *t);

/* table_keep, before the first row: the rows will be wanted twice.  When
 * table_next has come to the end, table_again starts anew: operands that are
 * regular files are read once more; if one is not, all rows were kept in
 * memory.  Dies at the end, or before, if the files have other rows then; until
 * then a caller may meet texts that it has not met before. */
void table_keep(struct table *t);
int table_twice(const char *operand);   /* a regular file, which can be read twice */
void table_again(struct table *t);
void table_close(struct table *t);

#define TABLE_NONE ((size_t)-1)

/* Before the first row: the numbers in these columns, or in what they are functions of, will be
 * asked for in nearly every row; then they are read side by side. */
void table_want(struct table *t, const size_t *col, size_t n);

/* A column's name in messages: what the header calls it, else #7 in buf. */
const char *table_column(const struct table *t, size_t col, char buf[32]);

/* The column has names, not numbers: so it is in the first row of the first operand in
 * which it is not missing; 0 if there is none.  Before the first row is asked for; the
 * rows up to that one wait in memory. */
int table_names(struct table *t, size_t col);

/* "file:line: column: message" about the present row, then exit 1; without
 * column when col is TABLE_NONE. */
_Noreturn void table_die(const struct table *t, size_t col, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* record.c - the records of an operand, to table.c ------------------------------------------- */

/* t->gz was just opened; the header and the columns that are wanted are known. */
void record_open(struct table *t);
void record_plan(struct table *t);

/* The next record of this operand: RECORD_ANY, of which record_field gives a field and record_fields
 * how many there are; RECORD_ROW, which is a row and needs no look; 0 at the end. */
enum { RECORD_ANY = 1, RECORD_ROW };
int record_next(struct table *t);
const char *record_field(const struct table *t, size_t i, size_t *len);
size_t record_fields(const struct table *t);

/* fields.c - fields as numbers ---------------------------------------------------------- */

/* The number in a column of the present row: 1, or 0 for a missing value, an
 * empty field or a word of --na (where a text is wanted, only an empty field is);
 * anything else dies with its place. */
int table_num(const struct table *t, size_t col, double *v);

/* Those in n columns, in this order; NAN for a missing one. */
void table_nums(const struct table *t, const size_t *col, size_t n, double *v);

/* A column behind those of the header, for table_num and table_die alone: f of
 * column of, called name; the same one if there is one of that name.  Where f gives
 * NaN it is missing; what f makes infinite dies.  table_source: the column of the
 * header that a column is a function of; table_undefined: how often f gave NaN. */
size_t table_derive(struct table *t, const char *name, size_t of, double (*f)(double));
size_t table_source(const struct table *t, size_t col);
size_t table_undefined(const struct table *t, size_t col);

/* The text is a missing number: empty, or a word of --na. */
int table_missing(const struct table *t, const char *text);

/* header.c - first lines that something seems to be wrong with ------------------------------ */

/* Dies of the first of n fields, each ended by NUL, that are no header. */
void header_refuse(const struct table *t, const char *first, size_t n);

/* Warns of a header that is all numbers, which a row may be, and of blanks around names. */
void header_warn(const struct table *t);

/* The first column whose name has blanks around it, or ncol. */
size_t header_blank(const struct table *t);

/* For the end of a message about columns that are not there: "", or that the header is not
 * separated by commas, has blanks around names, or seems to be lost. */
const char *table_hint(const struct table *t);

/* cols.c - columns by name, lists of columns ------------------------------------------------ */

/* Once, when the header is there: numbers its names, so that each is found at once. */
void cols_number(struct table *t);

/* The column called name; dies if it is there twice; absent, TABLE_NONE, or
 * with table_col dies. */
size_t table_find(const struct table *t, const char *name);
size_t table_col(const struct table *t, const char *name);

/* Dies of an absent column, which option asked for (NULL: none), and names those that are
 * spelled nearly so. */
_Noreturn void table_lacks(const struct table *t, const char *option, const char *name);

/* Columns chosen by list, without repetition, in the list's order: names,
 * 1-based numbers, ranges 3-7 and 3-, globs, ^ before one to exclude it (of
 * all, if the list begins so); an exact name wins.  Dies, naming option, if
 * one is not there or is there twice.  The array is the caller's to free. */
size_t *cols_select(const struct table *t, const char *list, const char *option, size_t *n);

#endif
