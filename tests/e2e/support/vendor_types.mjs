// The types of the vendors' SDKs, read with TypeScript's own compiler.

import { readFileSync } from 'node:fs';
import ts from 'typescript';

const MODULES = new URL('../node_modules/', import.meta.url).pathname;

// What a request to the Gemini API consists of: the SDK's parameters, put where they go.
const GEMINI_EMBEDDING = `{
  content: V.Content; model?: string;
} & Omit<V.EmbedContentConfig, 'httpOptions' | 'abortSignal'>`;
const GEMINI_REQUESTS = {
  GenerateContentParameters: `{
    contents: V.Content[]; systemInstruction?: V.Content; tools?: V.Tool[]; toolConfig?: V.ToolConfig;
    safetySettings?: V.SafetySetting[]; cachedContent?: string; store?: boolean; serviceTier?: V.ServiceTier;
    generationConfig?: V.GenerationConfig & Pick<V.GenerateContentConfig, 'imageConfig'>;
  }`,
  EmbedContentParameters: `(${GEMINI_EMBEDDING}) | { requests: (${GEMINI_EMBEDDING})[] }`,
};

const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

// The text of a module whose statements may use the types of one package as V, and its root as Root.
function textOf({ types, statements }) {
  const root = GEMINI_REQUESTS[types.root] ?? `V.${types.root}`;
  const from = JSON.stringify(fileOf(types).replace(/\.d\.ts$/, '.js'));
  return `import type * as V from ${from};\nexport type Root = ${root};\n${statements.join('\n')}\n`;
}

const fileOf = (types) => `${MODULES}${types.package}/${types.file}`;

// Compiles `modules` ({types: {"package", "file", "root"}, statements}) in one go, since reading the
// types is what takes the time. Gives a VendorTypes for each.
export function readTypes(modules) {
  const probes = new Map(modules.map((module, i) => [`${MODULES}field_lists_probe${i}.ts`, textOf(module)]));
  const files = new Set(modules.map(({ types }) => fileOf(types)));
  const host = ts.createCompilerHost(OPTIONS);
  const onDisk = { exists: host.fileExists.bind(host), source: host.getSourceFile.bind(host) };
  host.fileExists = (name) => probes.has(name) || onDisk.exists(name);
  host.getSourceFile = (name, target) => {
    if (probes.has(name)) return ts.createSourceFile(name, probes.get(name), target);
    if (files.has(name)) return ts.createSourceFile(name, withUnions(readFileSync(name, 'utf8')), target);
    return onDisk.source(name, target);
  };
  const program = ts.createProgram([...probes.keys()], OPTIONS, host);
  return [...probes.keys()].map((probe) => new VendorTypes(program, program.getSourceFile(probe)));
}

class VendorTypes {
  constructor(program, source) {
    this.program = program;
    this.checker = program.getTypeChecker();
    this.source = source;
  }

  // What the compiler says of the statements, with their numbers.
  faults(begins) {
    return this.program.getSemanticDiagnostics(this.source).map((one) => {
      const { line } = this.source.getLineAndCharacterOfPosition(one.start);
      return { code: one.code, statement: begins.findLastIndex((begin) => begin <= line),
        text: ts.flattenDiagnosticMessageText(one.messageText, ' ') };
    });
  }

  root() {
    let found;
    ts.forEachChild(this.source, (node) => {
      if (ts.isTypeAliasDeclaration(node) && node.name.text === 'Root') {
        found = this.checker.getTypeAtLocation(node.name);
      }
    });
    return found;
  }

  // "ChatCompletionContentPart.File"
  nameOf(type) {
    const symbol = type.symbol ?? type.aliasSymbol;
    return symbol ? this.checker.getFullyQualifiedName(symbol).replace(/^".*"\./, '').replace(/_\d$/, '') : '';
  }

  // The object types in a type: those of a union, of an array's items, of a map's values. Types may
  // be parts of themselves, as that of any JSON value is.
  objectsIn(type, seen = new Set()) {
    if (seen.has(type)) return [];
    seen.add(type);
    const all = (types) => types.flatMap((one) => this.objectsIn(one, seen));
    if (type.isUnion()) return all(type.types);
    if (this.checker.isArrayType(type)) return all(this.checker.getTypeArguments(type));
    if (type.isIntersection()) {
      return type.types.every((one) => one.flags & ts.TypeFlags.Object) ? all(type.types) : [];
    }
    if (!(type.flags & ts.TypeFlags.Object)) return [];
    const values = type.getStringIndexType();
    if (values) return this.objectsIn(values, seen);
    return type.getProperties().length > 0 && type.getCallSignatures().length === 0 ? [type] : [];
  }

  // The fields of an object type that go over the wire: {name, type, isTag}. A tag always has the same
  // value in its type, and tells it from others.
  fieldsOf(type) {
    return type.getProperties().filter((property) => isOnTheWire(property, this.checker)).map((property) => {
      const its = this.checker.getTypeOfSymbol(property);
      const said = this.checker.getNonNullableType(its);
      const words = said.isUnion() ? said.types : [said];
      const isTag = words.every((word) => word.isStringLiteral()) && (words.length === 1 || property.name === 'type');
      return { name: property.name, type: its, isTag };
    });
  }
}

// A value of an enum is written as a string in JSON, which TypeScript would refuse.
function withUnions(text) {
  return text.replace(/(?:export )?declare enum (\w+) \{([^}]*)\}/g, (_, name, body) => {
    const words = [...body.matchAll(/=\s*("[^"]*")/g)].map((match) => match[1]);
    return `export type ${name} = ${words.join(' | ')};`;
  });
}

// Methods and getters are the SDK's own; so is what its comments say that the Gemini API lacks.
function isOnTheWire(property, checker) {
  const declaration = property.declarations?.[0];
  if (declaration === undefined || !(ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration))) return false;
  const doc = ts.displayPartsToString(property.getDocumentationComment(checker));
  return !/not supported in Gemini (Developer )?API|Gemini Enterprise Agent Platform only|only (supported|available) (in|on|by) (the )?(Gemini Enterprise|Vertex)/i.test(doc);
}
