import type { Response } from 'express';

/** Answers with a page that nobody keeps. */
export function answerHtml(response: Response, status: number, html: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.status(status).type('text/html; charset=utf-8').send(html);
}
