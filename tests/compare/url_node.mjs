#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Compares `yonder url --batch` with Node's URL class on generated inputs, all ten parts.
//
//   node tests/compare/url_node.mjs [PROGRAM [COUNT [SEED]]]
//
// Differences that explained.mjs accounts for are counted; any other is shown, and the exit code is 1.
import {spawnSync} from 'node:child_process';
import {explain, parse, parts} from './explained.mjs';
import {generator} from './generate.mjs';

const program = process.argv[2] ?? 'build/yonder';
const count = Number(process.argv[3] ?? 100000);
const seed = Number(process.argv[4] ?? 1);
const chunk = 25000;
const shown = 20;

function ask(questions) {
  const input = questions.map(q => JSON.stringify(q) + '\n').join('');
  const done = spawnSync(program, ['url', '--batch'], {input, maxBuffer: 2 ** 30, timeout: 300_000});
  if (done.error || done.status !== 0) {
    console.error(`${program}: ${done.error ?? `exit code ${done.status}, signal ${done.signal}`}`);
    console.error(String(done.stderr ?? ''));
    process.exit(3);
  }
  const lines = done.stdout.toString().split('\n').slice(0, -1);
  if (lines.length !== questions.length) {
    console.error(`${questions.length} questions, ${lines.length} answers`);
    process.exit(3);
  }
  return lines.map(line => JSON.parse(line));
}

const make = generator(seed);
const reasons = new Map();
let failures = 0, unexplained = 0;
for (let done = 0; done < count; done += chunk) {
  const questions = Array.from({length: Math.min(chunk, count - done)}, make);
  ask(questions).forEach((answer, i) => {
    const {input, base} = questions[i];
    const ours = answer.failure ? null : answer;
    const theirs = parse(input, base);
    failures += theirs === null;
    if (ours === null ? theirs === null : theirs && parts.every(p => ours[p] === theirs[p]))
      return;
    const reason = explain(input, base, ours);
    if (reason) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    } else if (++unexplained <= shown) {
      console.log('not explained: ' + JSON.stringify({input, base, ours, theirs}, null, 1));
    }
  });
}
const explained = [...reasons.values()].reduce((a, b) => a + b, 0);
console.log(`node ${process.version} (ada ${process.versions.ada}), seed ${seed}: ${count} inputs, ` +
  `${failures} of them no URL; ${explained} differences explained, ${unexplained} not`);
for (const [reason, n] of [...reasons].sort((a, b) => b[1] - a[1]))
  console.log(`  ${String(n).padStart(7)}  ${reason}`);
process.exit(unexplained ? 1 : 0);
