/* places.c - the columns of a head table: their order, and what they may be called. */
#include <string.h>

#include "model.h"

/* That of a column which is known by its name, -1: of no other. */
static int
known_place(const char *name)
{
	static const struct { int place; const char *name; } known[] = {
		{ PLACE_HEAD, "stack" }, { PLACE_HEAD, "layer" }, { PLACE_HEAD, "head" }, { PLACE_HEAD, "stage" },
		{ PLACE_HEAD, "depth" }, { PLACE_WEIGHTS, "weights" }, { PLACE_WEIGHTS, "circuit" },
		{ PLACE_WEIGHTS, "distance" }, { PLACE_WEIGHTS, "pair" }, { PLACE_WEIGHTS, "frequency" },
		{ PLACE_WEIGHTS, "metric" }, { PLACE_WEIGHTS, "fold" }, { PLACE_WEIGHTS, "logit_scale" },
		{ PLACE_WEIGHTS, "d_model" }, { PLACE_WEIGHTS, "d_head" },
		{ PLACE_WEIGHTS, "kv_head" }, { PLACE_WEIGHTS, "window" }, { PLACE_WEIGHTS, "q_fro" },
		{ PLACE_WEIGHTS, "k_fro" }, { PLACE_WEIGHTS, "v_fro" }, { PLACE_WEIGHTS, "o_fro" },
		{ PLACE_WEIGHTS, "tr1" }, { PLACE_WEIGHTS, "tr2" }, { PLACE_WEIGHTS, "copying" },
		{ PLACE_WEIGHTS, "directionality" },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].place;
	for (size_t d = 0; d < DESCR_COUNT; d++)
		if (strcmp(descr_info[d].name, name) == 0)
			return PLACE_DESCR;
	return name[0] == 's' && name[1] != '\0' && name[1 + strspn(name + 1, "0123456789")] == '\0' ? PLACE_SPECTRUM : -1;
}

int
places_of(const char *name, int before)
{
	int place = known_place(name);

	if (before == PLACE_TAG && place == PLACE_WEIGHTS)
		return PLACE_TAG;
	if (place < 0)
		place = before == PLACE_HEAD ? PLACE_MEASURED : before == PLACE_SPECTRUM ? PLACE_DESCR : before;
	return place > before ? place : before;
}

void
places_put(struct csv_writer *w, struct map *seen, const char *file, const char *name)
{
	const char *mark = file != NULL ? ": " : "";
	size_t n = map_count(seen);

	if (file == NULL)
		file = "";
	if (places_of(name, PLACE_TAG) == PLACE_SPECTRUM)
		die("%s%scolumn \"%s\" would be taken for a singular value", file, mark, name);
	if (map_add(seen, name, strlen(name)) < n)
		die("%s%scolumn \"%s\" would be there twice", file, mark, name);
	csv_put_str(w, name);
}
