/* kitty.c - a picture as the text that terminals show which know the graphics protocol of kitty:
 * of PNG (f=100), shown where the cursor is (a=T), in pieces of at most 4096 characters of base64
 * (RFC 4648), behind each of which but the last there are more (m=1). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"

enum { PIECE = 4096/4*3 };              /* bytes */

/* Four characters of up to three bytes; n > 0. */
static void
put_base64(FILE *f, const unsigned char *b, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned long v = (unsigned long)b[0] << 16 | (n > 1 ? (unsigned long)b[1] << 8 : 0) | (n > 2 ? b[2] : 0);

	for (size_t i = 0; i < 4; i++)
		putc(i <= n ? digit[v >> (18 - 6*i) & 63] : '=', f);
}

char *
kitty_text(const char *png, size_t len, size_t *n)
{
	const unsigned char *b = (const unsigned char *)png;
	char *text;
	FILE *f = open_memstream(&text, n);

	if (f == NULL)
		die("%s", strerror(errno));
	for (size_t at = 0; at < len; ) {
		size_t end = len - at < PIECE ? len : at + PIECE;

		fprintf(f, "\033_G%sm=%d;", at == 0 ? "a=T,f=100," : "", end < len);
		for (; at < end; at += 3)
			put_base64(f, b + at, end - at < 3 ? end - at : 3);
		fputs("\033\\", f);
	}
	putc('\n', f);
	if (fclose(f) != 0)
		die("%s", strerror(errno));
	return text;
}
