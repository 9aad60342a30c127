// tests/cases converts every documented field of every vendor, and docs/reference/conversion says what
// becomes of it. Here the vendors' SDKs say whether the lists are right: their documents have to be of
// the SDKs' types, and no field of these types may be missing.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LISTS, documentOf, readList, stepsTo } from './support/field_lists.mjs';
import { readTypes } from './support/vendor_types.mjs';

const MISSING_PROPERTY = new Set([2739, 2740, 2741, 2345]);

// Marks the field at the end of `steps` in every type that has it, and those on the way. Gives the
// names of the last.
function mark(types, type, steps, covered) {
  let owners = types.objectsIn(type);
  let last = [];
  for (const step of steps) {
    if (/^\d+$/.test(step)) continue; // the items of a list
    const fields = owners.flatMap((owner) => types.fieldsOf(owner).filter((field) => field.name === step)
      .map((field) => ({ key: `${types.nameOf(owner)}.${step}`, type: field.type })));
    last = fields.map((field) => field.key);
    last.forEach((key) => covered.add(key));
    owners = [...new Set(fields.flatMap((field) => types.objectsIn(field.type)))];
  }
  return last;
}

// All object types below the root, by name.
function typesBelow(types, type, named = new Map()) {
  for (const one of types.objectsIn(type)) {
    if (named.get(types.nameOf(one)) !== undefined) continue;
    named.set(types.nameOf(one), one);
    for (const field of types.fieldsOf(one)) typesBelow(types, field.type, named);
  }
  return named;
}

// The fields of the SDK's types that no row is about.
function missingFrom(types, list) {
  const named = typesBelow(types, types.root());
  const rows = list.groups.flatMap((group) => group.rows.map((row) => ({ group, row })));
  const whole = new Set(rows.flatMap(({ row }) => row.covers ?? []));
  const withRows = new Set([...whole, ...list.groups.map((group) => group.type)]);
  const ends = new Set(Object.keys(list.types.without ?? {}));
  const covered = new Set();
  for (const name of withRows) assert.ok(name === undefined || named.has(name), `the SDK has no type ${name}`);
  for (const { group, row } of rows) {
    const owner = group.type === undefined ? types.root() : named.get(group.type);
    const keys = mark(types, owner, stepsTo('', row.field), covered);
    if (row.whole) keys.forEach((key) => ends.add(key));
  }

  const missing = [];
  const seen = new Set();
  const walk = (type, path) => {
    for (const one of types.objectsIn(type)) {
      const name = types.nameOf(one);
      const known = name.startsWith('__') ? one : name; // one without a name is known by itself
      if (seen.has(known) || whole.has(name)) continue;
      seen.add(known);
      for (const field of types.fieldsOf(one)) {
        const key = `${name}.${field.name}`;
        const isModel = field.name === 'model' && (name === list.types.root || known === one);
        if (field.isTag || ends.has(key) || isModel) continue;
        const inner = types.objectsIn(field.type);
        const isNamed = (object) => !types.nameOf(object).startsWith('__'); // one without a name has no rows
        const isTold = inner.length > 0 && inner.filter(isNamed).every((object) => withRows.has(types.nameOf(object)) ||
          types.fieldsOf(object).every((its) => its.isTag));
        if (!covered.has(key) && !isTold) missing.push(`${key}, at ${path}.${field.name}`);
        walk(field.type, `${path}.${field.name}`);
      }
    }
  };
  walk(types.root(), list.types.root);
  return missing;
}

// Gemini's stands in the path.
const withModel = ({ types }, document) => (types.package.startsWith('genai') ? document : { model: 'x', ...document });

// A document in TypeScript. Files of a form are {"$file"}; the SDKs take them in many shapes.
const inTypeScript = (document) => JSON.stringify(document).replace(/\{"\$file":[^}]*\}/g, '(null as any)');

const lists = LISTS.map((name) => {
  const list = readList(name);
  const rows = list.groups.flatMap((group) => group.rows.filter((row) => row.beyond === undefined)
    .map((row) => ({ group, row })));
  const statements = rows.map(({ group, row }, i) =>
    `export const r${i}: Root = ${inTypeScript(withModel(list, documentOf(list, group, row)))};`);
  return { name, list, rows, types: list.types, statements };
});

let read;
before(() => { read = readTypes(lists); });

for (const [at, { name, list, rows, statements }] of lists.entries()) {
  test(`${name}: the documents are of the SDK's types`, () => {
    const begins = statements.map((_, i) => i + 2);
    const wrong = read[at].faults(begins)
      .filter(({ code }) => !(name.startsWith('answers/') && MISSING_PROPERTY.has(code)))
      .map(({ statement, text }) => `${rows[statement]?.group.title}, ${rows[statement]?.row.field}: ${text.slice(0, 400)}`);
    assert.deepEqual(wrong, []);
  });

  test(`${name}: no field of the SDK's types is missing`, () => {
    assert.deepEqual(missingFrom(read[at], list), []);
  });
}
