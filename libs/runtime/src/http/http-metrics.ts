import { REQUEST_SECONDS, type Metrics } from '@parley/telemetry';

/** HTTP requests under the names of OpenTelemetry's conventions. */
export class HttpMetrics {
  readonly #requests;
  #active = 0;

  constructor(metrics: Metrics) {
    this.#requests = metrics.histogram({
      name: 'http_server_request_duration_seconds',
      help: 'HTTP requests: how many, how long, how they ended. The route is the template, never the address.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: REQUEST_SECONDS,
    });
    metrics.gauge({ name: 'http_server_active_requests', help: 'HTTP requests that are not answered yet.' }, () => [
      { value: this.#active },
    ]);
  }

  began(): void {
    this.#active += 1;
  }

  /** `traceparent`: of its span, if it is recorded. */
  ended(method: string, route: string, status: number, seconds: number, traceparent: string | undefined): void {
    this.#active -= 1;
    const labels = { http_request_method: method, http_route: route, http_response_status_code: String(status) };
    this.#requests.observe(labels, seconds, traceparent);
  }
}
