import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { at, isObject, readContract, type Json } from './contract-documents.js';

/** An answer of a server, as far as the contract says something about it. */
export interface SeenAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

/** What the HTTP parser or something in front of the product answers need not be problem documents. */
const BEFORE_US = [400, 408, 414, 431, 502, 503, 504];

/** Holds answers against docs/api/openapi.json. */
export class HttpContract {
  private readonly document = readContract('openapi.json');
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly templates: readonly { readonly template: string; readonly pattern: RegExp }[];
  private readonly checks = new Map<Json, ValidateFunction>();

  constructor() {
    formats.default(this.ajv);
    for (const [name, schema] of Object.entries(this.document.components.schemas)) this.ajv.addSchema(schema as object, name);
    this.templates = Object.keys(at(this.document, 'paths') as object)
      .sort((one, other) => parametersOf(one) - parametersOf(other))
      .map((template) => ({
        template,
        pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      }));
  }

  /** The path of the document that this address is an instance of. */
  findPath(path: string): string | undefined {
    return this.templates.find(({ pattern }) => pattern.test(path))?.template;
  }

  /** What is wrong with the answer, one sentence each; nothing of what is no part of the contract. */
  faultsOf({ method, path, status, headers, text }: SeenAnswer): string[] {
    const template = this.findPath(path);
    if (template === undefined || (headers.get('x-request-id') === null && BEFORE_US.includes(status))) return [];
    const name = `${method} ${template} answered ${status}`;
    const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const found = [...(headers.get('x-request-id') === null ? [`${name} without X-Request-Id`] : [])];
    const operation = at(this.document, 'paths', template, method.toLowerCase());
    const isProblem = status >= 400 && type === 'application/problem+json';
    if (operation === undefined)
      return isProblem ? [...found, ...this.problem(name, status, text)] : [...found, `${name}, and there is no such call`];
    const response = at(operation, 'responses', String(status));
    if (response === undefined) return [...found, `${name} ${text.slice(0, 200)}, which it may not`];
    const content = at(response, 'content');
    if (isProblem) return [...found, ...this.problem(name, status, text, at(response, 'x-codes'))];
    const schema = at(content, 'application/json', 'schema');
    if (type === 'application/json')
      return schema === undefined ? [...found, `${name} with JSON, which it may not`] : [...found, ...this.body(name, schema, text)];
    if (isObject(content) && Object.keys(content).every((each) => each.endsWith('json')))
      return [...found, `${name} with ${type || 'nothing'} in place of JSON`];
    return found;
  }

  private problem(name: string, status: number, text: string, codes?: Json): string[] {
    const problem = parse(text);
    const faults = this.body(name, { $ref: 'Problem' }, text);
    const code = at(problem, 'code');
    if (at(problem, 'status') !== status) faults.push(`${name}, and its problem says another status`);
    if (Array.isArray(codes) && !codes.includes(code)) faults.push(`${name} ${String(code)}, which is not among its codes`);
    return faults;
  }

  private body(name: string, schema: Json, text: string): string[] {
    const key = at(schema, '$ref') ?? schema;
    const check = this.checks.get(key) ?? this.ajv.compile(schema as object);
    this.checks.set(key, check);
    if (check(parse(text))) return [];
    return [`${name}: ${this.ajv.errorsText(check.errors)} in ${text.slice(0, 500)}`];
  }
}

const parametersOf = (template: string) => template.split('{').length;

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
