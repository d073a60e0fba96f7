#!/usr/bin/env python3
"""defaults.csv: what config.json of each family leaves out means, as transformers 5.24.0 has it.

    python3 make_defaults.py

Version 4 wrote the configuration of a model in another without the keys that have their default.
Each family of make_checkpoints.py whose configuration class is one that a model can be around, of
one stack and without latent attention, is asked for the configuration of no keys at all.
"""
import csv
import os

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

HERE = os.path.dirname(os.path.abspath(__file__))
FAMILIES = """llama mistral mixtral qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 gemma3_text gemma3n_text nanochat nemotron
    olmo olmo2 olmo3 olmoe phi phi3 starcoder2 stablelm cohere cohere2 glm glm4 gpt_oss granite granitemoe smollm3
    opt bert roberta electra vit deit dinov2 bert_generation""".split()

with open(os.path.join(HERE, "defaults.csv"), "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow("family layers hidden heads kv d_head".split())
    for name in FAMILIES:
        c = CONFIG_MAPPING[name if name in CONFIG_MAPPING else name.replace("_", "-")]()
        heads, kv = c.num_attention_heads, getattr(c, "num_key_value_heads", None)
        out.writerow([name, c.num_hidden_layers, c.hidden_size, heads, kv or heads,
                      getattr(c, "head_dim", None) or c.hidden_size // heads])
