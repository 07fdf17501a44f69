import { readFileSync } from 'node:fs';
import { Assembly } from './lib/template';
import { prove } from './lib/prove/claims';
import { RuntimeParts } from './lib/prove/runtime-parts';
import { lackingAllows } from './lib/prove/lacking-allows';
const body = JSON.parse(readFileSync('/tmp/px/q.json','utf8'));
for (let i = 0; i < 4; i++) {
  const a = Assembly.of({ name: 'Q.template.json', body });
  let t = performance.now(); prove(a); const whole = performance.now() - t;
  const parts = new RuntimeParts(a);
  t = performance.now(); lackingAllows(a, parts); console.log(Math.round(whole), Math.round(performance.now() - t));
}
