import { Catch, Logger, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import type { Request, Response } from 'express';
import { methodsAt } from './route-table.js';
import { toParleyError } from './to-parley-error.js';
import { writeProblem } from './write-problem.js';

/** Answers every failure with a problem document. The inner text of an unexpected one goes to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  catch(failure: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
    const error = failure instanceof NotFoundException ? unrouted(request, response) : toParleyError(failure);
    this.#log(error, request);
    if (response.headersSent)
      response.destroy(); // half an answer must not look like a whole one
    else writeProblem(response, error);
  }

  #log(error: ParleyError, request: Request): void {
    const where = `${request.method} ${request.route?.path ?? '(none)'}: ${error.code}`;
    if (error.code === 'UNAVAILABLE') this.#logger.error(where, error.cause ?? error);
    else this.#logger.debug(`${where} ${error.message}`);
  }
}

/** The framework's own 404. Services throw coded ones. */
function unrouted(request: Request, response: Response): ParleyError {
  const allowed = methodsAt(request.app, request.path);
  if (allowed.length === 0) return new ParleyError('NOT_FOUND');
  response.setHeader('Allow', allowed.join(', '));
  return new ParleyError('METHOD_NOT_ALLOWED');
}
