/* call.c - what the pickles of torch.save call, and what is made of it here: nothing is
 * called, and a global that is not in this list is refused by its name. */
#include <stdio.h>
#include <string.h>

#include "torch.h"

static const struct global { const char *module, *names; enum role role; } globals[] = {
	{ "torch._utils", "_rebuild_tensor", ROLE_TENSOR1 },
	{ "torch._utils", "_rebuild_tensor_v2", ROLE_TENSOR2 },
	{ "torch._utils", "_rebuild_tensor_v3", ROLE_TENSOR3 },
	{ "torch._utils", "_rebuild_parameter _rebuild_parameter_with_state", ROLE_FIRST },
	{ "torch._tensor", "_rebuild_from_type_v2", ROLE_TYPED },
	{ "torch", "Tensor", ROLE_CLASS },
	{ "torch.nn.parameter", "Parameter Buffer", ROLE_CLASS },
	{ "torch", "Size", ROLE_FIRST },
	{ "torch", "device", ROLE_OTHER },
	{ "torch.serialization", "_get_layout", ROLE_OTHER },
	{ "collections", "OrderedDict defaultdict", ROLE_DICT },
	{ "collections", "Counter deque", ROLE_OTHER },
	{ "builtins", "dict", ROLE_DICT },
	{ "builtins", "bool bytearray complex float frozenset int list object range set slice str tuple", ROLE_OTHER },
	{ "argparse", "Namespace", ROLE_OTHER },
	{ "types", "SimpleNamespace", ROLE_OTHER },
	{ "datetime", "date datetime time timedelta timezone", ROLE_OTHER },
	{ "pathlib", "Path PosixPath PurePath PurePosixPath WindowsPath PureWindowsPath", ROLE_OTHER },
	{ "pathlib._local", "Path PosixPath PurePath PurePosixPath WindowsPath PureWindowsPath", ROLE_OTHER },
	{ "numpy", "dtype ndarray", ROLE_OTHER },
	{ "numpy.core.multiarray", "_reconstruct scalar", ROLE_OTHER },
	{ "numpy._core.multiarray", "_reconstruct scalar", ROLE_OTHER },
	{ "_codecs", "encode", ROLE_OTHER },
};

static int
is_text(const char *want, const char *s, size_t n)
{
	return strlen(want) == n && memcmp(want, s, n) == 0;
}

size_t
call_global(struct pickle *p, const char *module, size_t m, const char *name, size_t n)
{
	struct value v = { .kind = P_GLOBAL };
	char word[64];

	snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : 0), name);
	if (is_text("__builtin__", module, m)) {
		module = "builtins";
		m = strlen(module);
	}
	for (size_t i = 0; i < sizeof globals / sizeof *globals && v.role == 0; i++)
		if (is_text(globals[i].module, module, m) && config_word(globals[i].names, word))
			v.role = globals[i].role;
	if (v.role == 0 && (is_text("torch", module, m) || is_text("torch.cuda", module, m) ||
	    is_text("torch.storage", module, m)) && (v.type = dict_type(word)) != NULL)
		v.role = ROLE_TYPE;
	if (v.role == 0)
		pickle_bad(p, "%.*s.%.*s, which weights do not need; nothing is called", (int)(m < 200 ? m : 200), module,
		    (int)(n < 200 ? n : 200), name);
	return pickle_make(p, v);
}

static size_t
argument(const struct pickle *p, size_t args, size_t k)
{
	size_t v = pickle_nth(p, args, k);

	if (v == NOTHING)
		pickle_bad(p, "too few arguments");
	return v;
}

/* OrderedDict([[key, value], ...]), as Python 2 has it, or of nothing. */
static size_t
make_dict(struct pickle *p, size_t args)
{
	size_t d = pickle_make(p, (struct value){ .kind = P_DICT }), list = pickle_nth(p, args, 0), i, n;

	if (list == NOTHING || p->v[list].kind != P_LIST)
		return d;
	for (i = p->v[list].first, n = p->v[list].n; n > 0; n--, i = p->item[i].next) {
		size_t pair = p->item[i].of;

		if (p->v[pair].n != 2)
			pickle_bad(p, "a dict of what are no pairs");
		pickle_append(p, d, argument(p, pair, 0));
		pickle_append(p, d, argument(p, pair, 1));
	}
	return d;
}

size_t
call_make(struct pickle *p, size_t f, size_t args)
{
	enum role role = p->v[f].role;

	if (p->v[f].kind != P_GLOBAL || p->v[args].kind != P_TUPLE)
		pickle_bad(p, "it calls what cannot be called");
	if (role == ROLE_TYPED) {               /* (function, class, its arguments, state) */
		f = argument(p, args, 0);
		if (p->v[argument(p, args, 1)].role != ROLE_CLASS || p->v[argument(p, args, 2)].kind != P_TUPLE)
			pickle_bad(p, "a tensor of a class of its own");
		args = argument(p, args, 2);
		role = p->v[f].kind == P_GLOBAL ? p->v[f].role : ROLE_CLASS;
	}
	switch (role) {
	case ROLE_TENSOR1:
	case ROLE_TENSOR2:
	case ROLE_TENSOR3:
		return pickle_make(p, (struct value){ .kind = P_TENSOR, .role = role, .args = args });
	case ROLE_FIRST:
		return argument(p, args, 0);
	case ROLE_DICT:
		return make_dict(p, args);
	case ROLE_OTHER:
		return pickle_make(p, (struct value){ .kind = P_OTHER });
	case ROLE_CLASS:
	case ROLE_TYPE:
	case ROLE_TYPED:
		break;
	}
	pickle_bad(p, "it calls a class that is not called in this way");
}
