import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { CookieAccounts, NamedRooms, type CookieEntry, type Visitor } from '@parley/chat';
import {
  ClassicAccountForm,
  GENERAL_ROOM_NAME,
  LoginRequest,
  ParleyError,
  RegisterRequest,
  validationError,
  type RegisterAnswer,
  type SessionAnswer,
} from '@parley/contracts';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { answerHtml } from '../client/answer-html.js';
import { setPageHeaders } from '../client/page-headers.js';
import { generatedPasswordPage, logoutPage } from '../client/plain-pages.js';
import { CurrentVisitor } from './visitor.js';

/** `/register`, `/login` and `/logout` for forms and for scripts: the same as under `/api`, with a cookie and a page after it. */
@Controller()
export class ClassicAccountController {
  constructor(
    private readonly accounts: CookieAccounts,
    private readonly rooms: NamedRooms,
  ) {}

  @Post('register')
  async register(@Req() request: Request, @CurrentVisitor() visitor: Visitor, @Res() response: Response): Promise<void> {
    await this.enter(request, response, {
      status: 201,
      work: async () => {
        const entry = await this.accounts.register(parse(RegisterRequest, request.body), visitor);
        await this.introduce(entry.answer.user.id);
        return entry;
      },
    });
  }

  @Post('login')
  async login(@Req() request: Request, @CurrentVisitor() visitor: Visitor, @Res() response: Response): Promise<void> {
    await this.enter(request, response, { status: 200, work: async () => this.accounts.login(parse(LoginRequest, request.body), visitor) });
  }

  /** A link on another site must not log anybody out, and neither must a browser that looks ahead: they are asked. */
  @Get('logout')
  async logout(@Req() request: Request, @CurrentVisitor() visitor: Visitor, @Res() response: Response): Promise<void> {
    const { 'sec-fetch-site': site, 'sec-purpose': purpose } = request.headers;
    const isForeign = site === 'cross-site' || site === 'same-site' || purpose !== undefined || request.method === 'HEAD';
    if (isForeign) {
      setPageHeaders(request, response);
      return answerHtml(response, 200, logoutPage);
    }
    response.append('Set-Cookie', await this.accounts.logout(visitor));
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(302, '/login');
  }

  /** The rooms service would hear of a newcomer a moment later; but old clients list the chats with everyone at once. */
  private async introduce(userId: string): Promise<void> {
    await this.rooms.find(GENERAL_ROOM_NAME, userId).catch(() => undefined);
  }

  private async enter(
    request: Request,
    response: Response,
    { status, work }: { status: number; work: () => Promise<CookieEntry<SessionAnswer | RegisterAnswer>> },
  ): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    if (request.is('application/json')) {
      const { answer, setCookie } = await work();
      response.append('Set-Cookie', setCookie).status(status).json(answer);
      return;
    }
    try {
      const { answer, setCookie } = await work();
      response.append('Set-Cookie', setCookie);
      const password = 'generatedPassword' in answer ? answer.generatedPassword : undefined;
      if (password === undefined) return response.redirect(303, '/chat');
      setPageHeaders(request, response);
      answerHtml(response, 200, generatedPasswordPage(answer.user.username, password));
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code === 'UNAVAILABLE') throw error;
      response.redirect(303, `${request.path}?error=${error.code}`);
    }
  }
}

/** Whatever else a form has in it is ignored. */
function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const { login, username = login, ...rest } = ClassicAccountForm.parse(body ?? {});
  const parsed = schema.safeParse({ username, ...rest });
  if (!parsed.success) throw validationError(parsed.error.issues);
  return parsed.data;
}
