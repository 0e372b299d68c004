import type { Room, User } from '@parley/contracts';
import { ChatConnection, type ConnectionState, type OpenSocket, type Random, type SessionKeeper } from '@parley/client';
import type { ChatApi } from '../net/chat-api.js';
import { RoomApi } from '../net/room-api.js';
import type { PushSubscriptions } from '../net/push-subscription.js';
import { applyEvent, applyMessages, applyOpened, type ChatModel } from './apply-event.js';
import { ConnectionTruth } from './connection-truth.js';
import { ConversationLoader, type ListStatus } from './conversation-loader.js';
import { Conversations } from './conversations.js';
import { Deletions } from './deletions.js';
import { MemberNotices } from './member-notices.js';
import { Membership } from './membership.js';
import { MessageActions } from './message-actions.js';
import { NotificationSettings } from './notification-settings.js';
import { KnownRooms } from './known-rooms.js';
import { OpenRooms } from './open-rooms.js';
import { People } from './people.js';
import { Presence } from './presence.js';
import { ReadingAll } from './reading-all.js';
import { ReadMarker } from './read-marker.js';
import { Notices } from './notices.js';
import { RecentRooms, type TextStorage } from './recent-rooms.js';
import { RoomMembers } from './room-members.js';
import { RoomNames } from './room-names.js';
import type { RoomTimeline } from './room-timeline.js';
import { SidebarSettings } from './sidebar-settings.js';
import { Silences } from './silences.js';
import { Store } from './store.js';
import { Typing } from './typing.js';
import { Unsent, type UnsentPlaces } from './unsent.js';

export interface ChatClientOptions extends UnsentPlaces {
  readonly me: User;
  readonly session: SessionKeeper;
  readonly api: ChatApi;
  readonly openSocket: OpenSocket;
  /** What this device remembers of its own. */
  readonly storage: TextStorage;
  readonly push: PushSubscriptions;
  readonly random?: Random;
}

/** Positions are sent this often even when all is quiet: it finds connections that are dead without saying so. */
const CHECK_EVERY_MS = 60_000;
/** Everything between the views and the server for one person who is logged in. Disposed of by whoever made it. */
export class ChatClient {
  readonly me: User;
  readonly api: ChatApi;
  readonly connection: ChatConnection;
  readonly connectionState = new Store<ConnectionState>({ status: 'stopped' });
  readonly conversations: Conversations;
  readonly knownRooms: KnownRooms;
  readonly membership: Membership;
  readonly roomNames: RoomNames;
  readonly roomMembers: RoomMembers;
  readonly silences = new Silences();
  readonly notices = new Notices();
  readonly people: People;
  readonly truth = new ConnectionTruth();
  readonly recentRooms: RecentRooms;
  readonly sidebar: SidebarSettings;
  readonly readingAll: ReadingAll;
  readonly memberNotices = new MemberNotices((roomId) => this.newestSeqOfPublic(roomId));
  readonly typing = new Typing();
  readonly presence: Presence;
  readonly unsent: Unsent;
  readonly readMarker: ReadMarker;
  readonly actions: MessageActions;
  readonly deletions: Deletions;
  readonly notificationSettings: NotificationSettings;
  readonly push: PushSubscriptions;
  private readonly openRooms: OpenRooms;
  private readonly model: ChatModel;
  private readonly random: Random;
  private readonly endings: (() => void)[] = [];
  private readonly loader: ConversationLoader;
  private reload: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ChatClientOptions) {
    const { me, session, api } = options;
    const random = (this.random = options.random ?? Math.random);
    this.me = me;
    this.api = api;
    this.notificationSettings = new NotificationSettings(me.id, options.storage);
    this.push = options.push;
    this.conversations = new Conversations(me.id, () => this.loader.loadSoon());
    this.loader = new ConversationLoader({
      ask: () => {
        this.conversations.beginLoad();
        return api.conversations();
      },
      loaded: (conversations) => {
        this.conversations.replaceAll(conversations);
        this.silences.replaceAll(conversations);
      },
      random,
    });
    this.knownRooms = new KnownRooms((roomId) => api.room(roomId));
    this.membership = new Membership({
      api,
      conversations: this.conversations,
      knownRooms: this.knownRooms,
      onJoined: () => this.loader.loadSoon(),
    });
    this.roomMembers = new RoomMembers((roomId) => new RoomApi(api, roomId).members());
    this.roomNames = new RoomNames({
      joined: () => [...this.conversations.store.get().values()].map(({ room }) => room),
      search: (query) => api.rooms(query),
    });
    this.people = new People((userId) => api.user(userId));
    this.people.learn([me]);
    this.sidebar = new SidebarSettings(options.storage);
    this.readingAll = new ReadingAll(api);
    this.recentRooms = new RecentRooms(options.storage, `parley:recent:${me.id}`);
    this.connection = new ChatConnection({
      tokens: session,
      openSocket: options.openSocket,
      random,
      onEvent: (event) => {
        applyEvent(this.model, event, new Date());
        if (event.name === 'room:member' && event.payload.userId === me.id) void this.membershipChanged(event.payload.roomId);
        if (event.name === 'room:changed') this.roomChanged(event.payload.room.id);
        if (event.name === 'lists:stale') this.loadAnewWithin(event.payload.afterMs);
      },
      onState: (state) => this.connectionChanged(state),
      onOnline: (ready) => {
        this.unsent.files.bytesMax = ready.limits.mediaBytesMax;
        this.truth.wentOnline(ready);
        return this.catchUp();
      },
      onSessionEnded: (reason) => session.end(reason),
    });
    this.actions = new MessageActions(me, this.connection);
    this.deletions = new Deletions({
      notices: this.notices,
      send: (message) => this.actions.delete(message),
      sendOnLeave: ({ roomId, id }) => api.deleteMessageOnLeave(roomId, id),
      storage: options.storage,
      key: `parley:deletions:${me.id}`,
    });
    this.unsent = new Unsent({
      ...options,
      ownUserId: me.id,
      random,
      send: (command) => this.connection.request('message:send', command),
    });
    this.openRooms = new OpenRooms({
      connection: this.connection,
      history: (roomId, position, limit) => api.history(roomId, position, limit),
      opened: (opened) => applyOpened(this.model, opened),
      shown: (roomId, messages) => {
        // A private chat begins with its first message. A room that is not listed stays so: it may have been archived.
        const room = this.knownRooms.find(roomId);
        if (room?.kind === 'direct' && !this.conversations.store.get().has(roomId) && messages.length > 0) this.conversations.add(room);
        applyMessages(this.model, roomId, messages);
      },
      random,
    });
    this.readMarker = new ReadMarker({
      readSeq: (roomId) => this.conversations.store.get().get(roomId)?.readSeq ?? 0,
      send: async (roomId, seq) => void (await this.connection.request('room:read', { roomId, seq })),
      showAsRead: (roomId, seq) => this.conversations.markRead(roomId, seq),
    });
    this.presence = new Presence({
      watch: (userIds) => this.connection.request('presence:watch', { userIds: [...userIds] }),
      set: (state) => this.connection.request('presence:set', { state }),
    });
    this.model = {
      ownUserId: me.id,
      conversations: this.conversations,
      drafts: this.unsent.drafts,
      silences: this.silences,
      timelines: this.openRooms.timelines,
      memberNotices: this.memberNotices,
      outbox: this.unsent.outbox,
      typing: this.typing,
      people: this.people,
      presence: this.presence,
    };
  }

  start(): void {
    this.endings.push(
      this.options.session.subscribe((state) => {
        if (state.status === 'active') void this.connection.renew(state.session.accessToken);
      }),
    );
    const check = setInterval(() => this.checkConnection(), CHECK_EVERY_MS);
    this.endings.push(() => clearInterval(check));
    void this.loadConversations();
    this.unsent.start();
    this.connection.start();
  }

  dispose(): void {
    clearTimeout(this.reload);
    this.deletions.leave();
    for (const end of this.endings) end();
    this.loader.dispose();
    this.connection.stop();
    this.openRooms.close();
    this.readMarker.dispose();
    this.readingAll.forget();
    this.typing.dispose();
    this.presence.dispose();
    this.unsent.dispose();
    this.notices.dispose();
  }

  /** The window got the focus, or the network is back: a good moment to find out whether the connection lives. */
  checkConnection(): void {
    if (this.connection.state.status === 'online') void this.openRooms.resume();
    else this.connection.retryNow();
  }

  /** How far each room is known that was on screen; the one that is comes last. */
  openPositions(): { roomId: string; lastSeq: number; isOpen: boolean }[] {
    const { current, timelines } = this.openRooms;
    return [...timelines].map(([roomId, { lastSeq }]) => ({ roomId, lastSeq, isOpen: roomId === current?.roomId }));
  }

  /** Asks the gateway something that costs it nothing, and takes the time. */
  async measureConnection(): Promise<void> {
    await this.truth.measure(() => this.connection.request('rooms:sync', { rooms: [] }));
  }

  enterRoom(roomId: string): RoomTimeline {
    if (!this.conversations.store.get().has(roomId)) void this.knownRooms.refresh(roomId);
    this.memberNotices.enter(roomId);
    this.recentRooms.visit(roomId);
    return this.openRooms.enter(roomId);
  }

  /** The room is no longer on screen, unless it was entered again meanwhile. */
  leaveScreen(roomId: string): void {
    if (this.openRooms.current?.roomId !== roomId) return;
    this.memberNotices.enter(undefined);
    this.openRooms.leave();
  }

  /** The room that is on screen. */
  get currentRoomId(): string | undefined {
    return this.openRooms.current?.roomId;
  }

  /** What is known of a room, best source first. */
  findRoom(roomId: string): Room | undefined {
    return this.conversations.store.get().get(roomId)?.room ?? this.knownRooms.find(roomId);
  }

  /** @throws NoAnswerError when the server was not told: then everything goes on as before */
  async logOut(): Promise<void> {
    this.deletions.leave();
    // First, or the server's word that the session ended would look like somebody else's doing.
    this.connection.stop();
    try {
      await this.options.session.logout(() => this.unsent.clear());
    } catch (error) {
      this.connection.start();
      throw error;
    }
  }

  sendTyping(roomId: string, on: boolean): void {
    // Worth nothing later: whoever is offline is not seen typing.
    this.connection.request('typing', { roomId, on }).catch(() => undefined);
  }

  get listStatus(): Store<ListStatus> {
    return this.loader.status;
  }

  loadConversations(): Promise<void> {
    return this.loader.load();
  }

  private newestSeqOfPublic(roomId: string): number | undefined {
    const { current } = this.openRooms;
    const isReady = current?.roomId === roomId && current.store.get().status === 'ready';
    return isReady && this.findRoom(roomId)?.visibility === 'public' ? current.lastSeq : undefined;
  }

  /** Everybody at this gateway was told at the same moment. */
  private loadAnewWithin(afterMs: number): void {
    clearTimeout(this.reload);
    this.reload = setTimeout(() => void Promise.all([this.unsent.drafts.catchUp(), this.loadConversations()]), this.random() * afterMs);
  }

  private async membershipChanged(roomId: string): Promise<void> {
    if (this.openRooms.current?.roomId !== roomId) return;
    await this.knownRooms.refresh(roomId);
    await this.openRooms.resume();
  }

  private roomChanged(roomId: string): void {
    if (this.knownRooms.find(roomId) || this.openRooms.current?.roomId === roomId) void this.knownRooms.refresh(roomId);
  }

  private connectionChanged(state: ConnectionState): void {
    this.connectionState.set(state);
    if (state.status === 'online') return;
    this.truth.wentOffline(this.conversations.store.get());
    void this.unsent.setOnline(false);
    this.presence.setOnline(false);
  }

  private async catchUp(): Promise<void> {
    const drafts = this.unsent.setOnline(true);
    this.deletions.resume();
    this.presence.setOnline(true);
    this.readMarker.recheck();
    await Promise.all([drafts, this.openRooms.resume(), this.loadConversations()]);
    this.truth.caughtUp(this.conversations.store.get());
  }
}
