# snakemake.t - examples/scale/snakemake: its rules, what they do again and what not.
. tests/lib.sh
needs "${CC:-cc}" snakemake gnuplot
. "$R/tests/scale/study.sh"
HOME=$W                             # where it keeps its cache
export HOME
rm -r measured
awk '{ print $1, $4 }' models.txt >m && mv m models.txt
weights=checkpoints/qwen3/model.safetensors
commands snakemake/README.md >run
cut_short $weights
t 'a checkpoint that is cut' 1 'sh run 2>&1 | grep hg-; sh run' '*hg-measure: *' '*'
t '... and nothing that hangs on it' 2 'ls all.csv.gz models.csv' ''
mend $weights
t 'its commands' 0 'sh run'
t '... what one process makes' 0 'same all.csv.gz models.csv' '' ''
t '... figures' 0 'head -c 5 forest.svg profile.svg | grep -c "<?xml"' 2 ''
t 'once more: nothing' 0 'sh run' '*' '*Nothing to be done*'
ls -i measured heads/llama.csv.gz heads/qwen3.csv.gz >before
rm heads/llama_yarn.csv.gz
grep -v llama_linear models.txt >m && mv m models.txt
t 'a checkpoint less, a table that is not there' 0 'sh run' '*' '*'
t '... what is there stays' 0 'ls -i measured heads/llama.csv.gz heads/qwen3.csv.gz | cmp - before' '' ''
t '... the models of the list' 0 'gzip -dc all.csv.gz | cut -d, -f 1 | uniq' 'model
llama
llama_yarn
qwen3' ''
t 'a name that is there twice' 1 'echo "llama checkpoints/qwen3" >>models.txt; sh run' '*' '*llama is there twice*'
