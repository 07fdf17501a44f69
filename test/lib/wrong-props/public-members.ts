import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const LIB = path.join(__dirname, '..', '..', '..', 'lib');

/** A constructor or method that callers of the library can call, and each place in its arguments that takes a value. */
export interface PublicMember {
  /** `HttpConnector` for its constructor, `HttpConnector.addTool` for a method. */
  readonly name: string;
  readonly parameters: readonly string[];
  readonly places: readonly Place[];
}

export interface Place {
  /** Parameter, then names of members: `['props', 'ledger', 'trail']`. */
  readonly path: readonly string[];
  readonly optional: boolean;
  /** Whether it takes an object of an interface of this library. */
  readonly isStruct: boolean;
  readonly isList: boolean;
  /** Whether it takes all remaining arguments. */
  readonly isRest: boolean;
}

type Declaration = ts.ClassDeclaration | ts.InterfaceDeclaration;

/** All that `lib/index.ts` exports and that takes arguments, read from the declarations without the type checker. */
export function publicMembers(): PublicMember[] {
  const declared = exportsOf(path.join(LIB, 'index.ts'));
  const members = [...declared.values()].filter(ts.isClassDeclaration).flatMap((made) => callables(made, declared));
  return members.filter(({ parameters }) => parameters.length > 0);
}

function exportsOf(file: string): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const statement of parsed(file).statements) {
    if ((ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && isExported(statement)) {
      if (statement.name && !isInternal(statement)) found.set(statement.name.text, statement);
    }
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const from = path.join(path.dirname(file), `${(statement.moduleSpecifier as ts.StringLiteral).text}.ts`);
    const names =
      statement.exportClause && (statement.exportClause as ts.NamedExports).elements.map((e) => e.name.text);
    for (const [name, declaration] of exportsOf(from)) {
      if (!names || names.includes(name)) found.set(name, declaration);
    }
  }
  return found;
}

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
}

function isExported(node: Declaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
}

function isHidden(node: ts.ConstructorDeclaration | ts.MethodDeclaration): boolean {
  const kinds = node.modifiers?.map(({ kind }) => kind) ?? [];
  return (
    kinds.includes(ts.SyntaxKind.PrivateKeyword) || kinds.includes(ts.SyntaxKind.ProtectedKeyword) || isInternal(node)
  );
}

function callables(made: ts.ClassDeclaration, declared: ReadonlyMap<string, Declaration>): PublicMember[] {
  const name = made.name?.text ?? '';
  return made.members.flatMap((member) => {
    if (!(ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member)) || isHidden(member)) return [];
    const called = ts.isConstructorDeclaration(member) ? name : `${name}.${(member.name as ts.Identifier).text}`;
    return [
      {
        name: called,
        parameters: member.parameters.map((parameter) => parameter.name.getText()),
        places: member.parameters.flatMap((parameter) => {
          const isRest = parameter.dotDotDotToken !== undefined;
          const optional = isRest || Boolean(parameter.questionToken ?? parameter.initializer);
          return placesOf([parameter.name.getText()], parameter.type, optional, declared, isRest);
        }),
      },
    ];
  });
}

function placesOf(
  at: readonly string[],
  type: ts.TypeNode | undefined,
  optional: boolean,
  declared: ReadonlyMap<string, Declaration>,
  isRest = false,
): Place[] {
  const isList = type !== undefined && ts.isArrayTypeNode(type);
  const struct = type && declared.get(type.getText());
  const isStruct = struct !== undefined && ts.isInterfaceDeclaration(struct);
  const place = { path: at, optional, isStruct, isList, isRest };
  if (!isStruct) return [place];
  const members = membersOf(struct, declared).flatMap((member) =>
    placesOf([...at, member.name.getText()], member.type, member.questionToken !== undefined, declared),
  );
  return [place, ...members];
}

function membersOf(
  struct: ts.InterfaceDeclaration,
  declared: ReadonlyMap<string, Declaration>,
): readonly ts.PropertySignature[] {
  const inherited = (struct.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap(({ expression }) => {
      const above = declared.get(expression.getText());
      if (!above || !ts.isInterfaceDeclaration(above)) throw new Error(`${expression.getText()} isn't exported`);
      return membersOf(above, declared);
    }),
  );
  const own = struct.members.filter(ts.isPropertySignature).filter((member) => !isInternal(member));
  return [...inherited, ...own];
}
