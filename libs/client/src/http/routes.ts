import { ROUTES, type Route } from '@parley/contracts';
import type { z } from 'zod';

type Routes = (typeof ROUTES)[number];
type NameOf<R> = R extends { method: infer M extends string; path: infer P extends string } ? `${M} ${P}` : never;

/** `POST /api/chat/rooms/{id}/join` */
export type RouteName = NameOf<Routes>;
type RouteOf<N extends RouteName> = Extract<Routes, N extends `${infer M} ${infer P}` ? { method: M; path: P } : never>;

type Part<R, K extends string> = R extends { [_ in K]: infer S extends z.ZodType } ? z.input<S> : never;
/** Without required fields the whole part may be left out. */
type Given<K extends string, T> = [T] extends [never] ? unknown : Record<never, never> extends T ? { [_ in K]?: T } : { [_ in K]: T };

export type RequestOf<N extends RouteName> = Given<'params', Part<RouteOf<N>, 'params'>> &
  Given<'query', Part<RouteOf<N>, 'query'>> &
  Given<'body', Part<RouteOf<N>, 'body'>> & { readonly signal?: AbortSignal };

/** Parameters of a function that calls the route: nothing where nothing needs to be said. */
export type OptionalRequest<N extends RouteName> =
  Record<never, never> extends RequestOf<N> ? [request?: RequestOf<N> | undefined] : [request: RequestOf<N>];

type BodyOf<A> = A extends z.ZodType ? z.output<A> : A extends string ? string : undefined;
export type AnswerOf<N extends RouteName> = RouteOf<N> extends { answers: infer A } ? BodyOf<A[keyof A]> : never;

const routes = new Map<string, Route>(ROUTES.map((route) => [`${route.method} ${route.path}`, route]));

export function routeOf(name: RouteName): Route {
  const route = routes.get(name);
  if (!route) throw new TypeError(`no route ${name}`);
  return route;
}
