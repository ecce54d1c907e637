import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** One import of one file by another, or of a package. */
export interface Edge {
  /** Path below src, with slashes. */
  from: string;
  /** Path below src, or the package's name as written. */
  to: string;
  kind: 'static' | 'dynamic' | 'type';
  isPackage: boolean;
}

/** A source file with its text. */
export interface SourceFile {
  path: string;
  lines: number;
  edges: Edge[];
}

/** `import … from`, `export … from` and bare `import '…'`, which always begin a line. */
const STATEMENT = /^(?:import|export)\s+(?:(type)\s+(?!from\b))?(?:[^'";=]*?\bfrom\s+)?['"]([^'"]+)['"]/gm;
/** `import('…')`; after `typeof` or as the name of a type it is gone at run time. */
const CALL = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)(?:\.\w+)?/g;

/** Every TypeScript file below src with what it imports. */
export function importGraph(): SourceFile[] {
  const paths = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  return paths.map((path) => {
    const text = readFileSync(path, 'utf8');
    const from = slashed(relative(SOURCE, path));
    const imports: [string, Edge['kind']][] = [
      ...[...text.matchAll(STATEMENT)].map(([, type, to = '']): [string, Edge['kind']] => [
        to,
        type ? 'type' : 'static',
      ]),
      ...[...text.matchAll(CALL)].map(([, type, to = '']): [string, Edge['kind']] => [to, type ? 'type' : 'dynamic']),
    ];
    return { path: from, lines: text.split('\n').length, edges: imports.map(([to, kind]) => edge(from, to, kind)) };
  });
}

/** All files reached from one, itself included, along edges of some kinds. */
export function reached(graph: readonly SourceFile[], start: string, kinds: readonly Edge['kind'][]): Set<string> {
  const found = new Set([start]);
  for (const path of found) {
    for (const { to, kind } of graph.find((file) => file.path === path)?.edges ?? []) {
      if (kinds.includes(kind)) found.add(to);
    }
  }
  return found;
}

/** Import circles, each as the files along it; empty where there are none. */
export function circles(graph: readonly SourceFile[]): string[][] {
  const byPath = new Map(graph.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const { to } of byPath.get(path)?.edges ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const { path } of graph) visit(path, []);
  return found;
}

function edge(from: string, to: string, kind: Edge['kind']): Edge {
  if (!to.startsWith('.')) return { from, to, kind, isPackage: true };
  const path = slashed(join(dirname(from), to)).replace(/\.js$/, '.ts');
  return { from, to: path, kind, isPackage: false };
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
