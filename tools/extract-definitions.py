"""Writes src/DevNet/Data/definitions.tsv from WordNet 3.0 as Debian's package wordnet-base installs it.

    python3 tools/extract-definitions.py [/usr/share/wordnet] > src/DevNet/Data/definitions.tsv

Columns: word, part of speech, gloss. A word is a lower case lemma of a noun, verb or adjective; its gloss is that of the
first sense of the part of speech in which WordNet's tagged texts use it most (cntlist.rev), without its examples. The
WORDS most used ones with a gloss of at most LENGTH characters are kept, in alphabetical order, so that the file is the
same whenever it is made from the same release. File formats: man pages wndb(5WN) and cntlist(5WN).
"""
import collections
import re
import sys

WORDS = 2000
LENGTH = 160
PARTS = {"1": "noun", "2": "verb", "3": "adj", "5": "adj"}
NAMES = {"noun": "noun", "verb": "verb", "adj": "adjective"}


def counts(folder):
    """How often the tagged texts use each (lemma, part of speech)."""
    used = collections.Counter()
    with open(f"{folder}/cntlist.rev", encoding="ascii") as lines:
        for line in lines:
            sense, _, count = line.split()
            lemma, lexical = sense.split("%")
            part = PARTS.get(lexical.split(":")[0])
            if part and re.fullmatch("[a-z]{3,}", lemma):
                used[lemma, part] += int(count)
    return used


def first_senses(folder, part):
    """The offset of each lemma's first sense: the first of the index line's last synset_cnt fields."""
    with open(f"{folder}/index.{part}", encoding="ascii") as lines:
        for line in lines:
            if not line.startswith(" "):
                fields = line.split()
                yield fields[0], fields[-int(fields[2])]


def glosses(folder, part):
    with open(f"{folder}/data.{part}", encoding="ascii") as lines:
        for line in lines:
            if not line.startswith(" "):
                head, gloss = line.split(" | ", 1)
                yield head[:8], shorten(gloss)


def shorten(gloss):
    """The definition alone: no quoted examples, no leading remark, no second wording."""
    text = re.split(r'; |: "|"', re.sub(r"^(\([^)]*\)\s*)+", "", gloss.strip()))[0]
    return text.strip(" ;:.")


def main(folder):
    used = counts(folder)
    known = {}
    for part in NAMES:
        texts = dict(glosses(folder, part))
        for lemma, offset in first_senses(folder, part):
            gloss = texts[offset]
            if used[lemma, part] > 0 and 8 <= len(gloss) <= LENGTH and gloss.count("(") == gloss.count(")"):
                known.setdefault(lemma, []).append((used[lemma, part], part, gloss))
    best = {lemma: max(senses) for lemma, senses in known.items()}
    kept = sorted(best, key=lambda lemma: (-best[lemma][0], lemma))[:WORDS]
    for lemma in sorted(kept):
        print(lemma, NAMES[best[lemma][1]], best[lemma][2], sep="\t")


main(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/wordnet")
