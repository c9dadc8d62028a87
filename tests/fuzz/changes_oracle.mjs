// Prints random cases with the answers that @codemirror/state gives, one JSON object a line.
// Usage: node changes_oracle.mjs SEED COUNT
import {ChangeSet, Text} from "@codemirror/state"

const [seed, count] = process.argv.slice(2).map(Number)
const LETTERS = ["a", "b", "é", "œ", "« ", "’", "·", "\u202f", "😀", "🏳️‍🌈", "\n", "\n", "mot ", "travailleurs·ses "]

let state = seed >>> 0
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const word = most => Array.from({length: below(most + 1)}, () => LETTERS[below(LETTERS.length)]).join("")
const text = string => Text.of(string.split("\n"))

function position(string) {
  const at = below(string.length + 1), unit = string.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}

function plain(string) { // one to four edits, touching, nested or apart, as ChangeSet.of joins them
  const edits = Array.from({length: 1 + below(4)}, () => {
    const [from, to] = [position(string), random() < 0.4 ? null : position(string)]
    return {from: Math.min(from, to ?? from), to: Math.max(from, to ?? from), insert: random() < 0.25 ? "" : word(3)}
  })
  return ChangeSet.of(edits, string.length)
}

const after = (change, string) => change.apply(text(string)).toString()

function change(string, depth = 2) { // what mapping, composing and inverting make are inputs too
  const kind = depth ? below(5) : 0
  if (kind == 1) { const a = change(string, depth - 1); return a.compose(change(after(a, string), depth - 1)) }
  if (kind == 2) {
    const a = change(string, depth - 1), b = change(string, depth - 1)
    return a.compose(b.map(a, random() < 0.5))
  }
  if (kind == 3) { const a = change(string, depth - 1); return a.compose(a.invert(text(string))) }
  return plain(string)
}

for (let i = 0; i < count; i++) {
  const doc = word(14), a = change(doc), b = change(doc), c = change(after(a, doc))
  const at = below(doc.length + 1)
  console.log(JSON.stringify({
    doc, a, b, c, at,
    applied: after(a, doc),
    inverse: a.invert(text(doc)),
    composed: a.compose(c),
    mapped: a.map(b),
    mappedBefore: a.map(b, true),
    both: after(a.compose(b.map(a)), doc),
    positions: [a.mapPos(at, -1), a.mapPos(at, 1)],
  }))
}
