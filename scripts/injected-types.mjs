// Finds what compiles and then fails at start: a class whose constructor asks for something by its type, while that type
// is imported with `import type`. The compiler erases such an import, and Nest finds `Object` instead of the class.

import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const faults = globSync(['{libs,services}/*/{src,server}/**/*.ts'])
  .sort()
  .flatMap((file) => faultsIn(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)));

function faultsIn(source) {
  const erased = new Set(source.statements.filter(ts.isImportDeclaration).flatMap(typeOnlyNames));
  if (erased.size === 0) return [];
  const decorated = source.statements.filter((node) => ts.isClassDeclaration(node) && ts.getDecorators(node));
  return decorated
    .flatMap((declaration) => declaration.members.filter(ts.isConstructorDeclaration))
    .flatMap((constructor) => [...constructor.parameters])
    .filter((parameter) => !ts.getDecorators(parameter) && parameter.type && ts.isTypeReferenceNode(parameter.type))
    .filter((parameter) => erased.has(parameter.type.typeName.getText()))
    .map((parameter) => {
      const { line, character } = source.getLineAndCharacterOfPosition(parameter.getStart());
      return `${source.fileName}:${line + 1}:${character + 1} ${parameter.type.getText()} is injected: import it as a value`;
    });
}

function typeOnlyNames({ importClause }) {
  const bindings = importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return importClause?.isTypeOnly && importClause.name ? [importClause.name.text] : [];
  return bindings.elements.filter((element) => importClause.isTypeOnly || element.isTypeOnly).map((element) => element.name.text);
}

for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
