import { type AnswerTo, type Backend, type Question, Refusal } from "./backend.ts";
import { isSamePage } from "../reading/address.ts";
import { meant, vendorsLike } from "./recorded-directory.ts";
import components from "./recorded/components.json";
import incidents from "./recorded/incidents.json";
import status from "./recorded/status.json";
import uptime from "./recorded/uptime.json";
import type {
  Arrival,
  ErrorCode,
  Health,
  Hint,
  IncidentDetailView,
  IncidentView,
  MaintenanceView,
  MomentView,
  Notice,
  Reply,
  Route,
  ScopeView,
  StatusView,
  UptimeView,
  VendorView,
} from "./types.ts";

/** Stands in the bundle that contains this, and in no other. */
const MARK = "recorded-world";

const FOREVER = "9999-01-01T00:00:00Z";
const WEIGHT: Record<Health, number> = {
  operational: 0,
  maintenance: 1,
  unknown: 2,
  degraded: 3,
  partial_outage: 4,
  major_outage: 5,
};

/** Which recorded state the window is shown over: `?state=calm`. */
export type Scenario =
  | "storm"
  | "calm"
  | "partly"
  | "empty"
  | "offline"
  | "stopped"
  | "paused"
  | "trouble"
  | "silent"
  | "slow"
  | "welcome"
  | "crowded"
  | "many"
  | "started";

const isProblem = (health: Health) => WEIGHT[health] >= WEIGHT.degraded;
const refuse = (code: ErrorCode, message: string) => new Refusal({ code, message });

/** A copy of recorded replies in which `from` is moved to `to`, so that what was recorded as an hour old is an hour old. */
export function moved<T>(recorded: unknown, from: number, to: number): T {
  const shift = to - from;
  return JSON.parse(JSON.stringify(recorded), (_key, value: unknown) => {
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return value;
    return value === FOREVER ? value : new Date(Date.parse(value) + shift).toISOString();
  }) as T;
}

/** Recorded vendors that answer as the engine would, and change as they are told to, in memory. */
export class RecordedWorld implements Backend {
  readonly mark = MARK;
  #status: StatusView;
  #scopes: Record<string, ScopeView>;
  #details: IncidentDetailView[];
  #uptimes: Record<string, UptimeView>;
  #accepted = new Set<string>();
  #startsAtLogin = false;
  #notices: Notice[] = [];
  #hints = new Set<(hint: Hint) => void>();
  #routes = new Set<(route: Route) => void>();
  #noticeListeners = new Set<(notices: Notice[]) => void>();
  readonly #scenario: Scenario;
  readonly #wait: (milliseconds: number) => Promise<void>;
  readonly #open: (url: string) => void;

  constructor(
    scenario: Scenario,
    now: number,
    wait: (milliseconds: number) => Promise<void>,
    open: (url: string) => void,
  ) {
    this.#scenario = scenario;
    this.#wait = wait;
    this.#open = open;
    const at = Date.parse(status.at);
    this.#status = moved(status, at, now);
    this.#scopes = moved(components, at, now);
    this.#details = moved(incidents, at, now);
    this.#uptimes = moved(uptime, at, now);
    this.#arrange(scenario, now);
  }

  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    if (this.#scenario === "silent") throw refuse("unavailable", "the engine does not answer");
    await this.#wait(this.#scenario === "slow" ? 1500 : 20);
    return structuredClone(await this.#answer(question)) as AnswerTo<Q>;
  }

  async arrive(): Promise<Arrival> {
    const welcome = this.#scenario === "welcome" || this.#scenario === "empty";
    return {
      route: null,
      version: "0.1.0",
      start_at_login: { enabled: this.#startsAtLogin, offer: welcome },
      notices: this.#notices,
    };
  }

  async openLink(url: string): Promise<void> {
    if (!url.startsWith("https://")) throw refuse("usage", "only https addresses are opened");
    this.#open(url);
  }

  async startAtLogin(enabled: boolean): Promise<boolean> {
    this.#startsAtLogin = enabled;
    return enabled;
  }

  async dismiss(notice: string): Promise<void> {
    this.#notices = this.#notices.filter(({ id }) => id !== notice);
  }

  onHint(listener: (hint: Hint) => void) {
    this.#hints.add(listener);
    return () => this.#hints.delete(listener);
  }

  onRoute(listener: (route: Route) => void) {
    this.#routes.add(listener);
    return () => this.#routes.delete(listener);
  }

  onNotices(listener: (notices: Notice[]) => void) {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** Something happens, as if the program had said so. */
  hint(hint: Hint): void {
    for (const listener of this.#hints) listener(hint);
  }

  /** The person clicks a notification. */
  route(route: Route): void {
    for (const listener of this.#routes) listener(route);
  }

  /** The program has something to say about itself. */
  notices(notices: Notice[]): void {
    this.#notices = notices;
    for (const listener of this.#noticeListeners) listener(notices);
  }

  #arrange(scenario: Scenario, now: number): void {
    const engine = this.#status.engine;
    const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
    switch (scenario) {
      case "partly":
        this.#calm();
        this.#lose(2);
        break;
      case "calm":
      case "welcome":
        this.#calm();
        break;
      case "many":
        this.#multiply();
        break;
      case "crowded":
        this.#crowd(now);
        break;
      case "started":
        this.#calm();
        this.#begin(now);
        break;
      case "empty":
        this.#status.vendors = [];
        this.#details = [];
        break;
      case "offline":
        engine.offline_since = minutesAgo(34);
        this.#decay(minutesAgo(35), "35 min ago");
        break;
      case "stopped":
        engine.running = false;
        engine.heartbeat_at = minutesAgo(52);
        this.#decay(minutesAgo(52), "52 min ago");
        this.#notices = [
          { id: "engine", text: "Signalbox stopped checking and could not be started again." },
        ];
        break;
      case "paused":
        engine.paused = { until: new Date(now + 47 * 60_000).toISOString() };
        break;
      case "trouble":
        engine.store_trouble = "the disk is full; free some space in the data directory";
        this.#notices = [
          {
            id: "tray",
            text: "This desktop shows no tray, so Signalbox has no icon there. Start it again to bring this window back.",
          },
        ];
        break;
      case "storm":
      case "silent":
      case "slow":
        break;
    }
  }

  #calm(): void {
    const open = ({ incident, maintenance }: IncidentDetailView) =>
      incident?.open === true || (maintenance !== null && maintenance.phase !== "completed");
    this.#details = this.#details.filter((detail) => !open(detail));
    for (const vendor of this.#status.vendors) {
      const fresh = this.#status.at;
      Object.assign(vendor, { shown: "operational", reported: "operational", stale: false, source: "fresh" });
      Object.assign(vendor, { shown_reason: null, source_reason: null, counted: true, troubled: [] });
      vendor.read_at = vendor.asked_at ?? fresh;
      vendor.incidents_only = false;
      if (vendor.platform === null || vendor.platform === "feed")
        Object.assign(vendor, { platform: "statuspage", platform_name: "Atlassian Statuspage" });
      for (const component of this.#scope(vendor.vendor).components) component.health = "operational";
    }
  }

  /** Watched for a minute: nothing but what is now was ever observed. */
  #begin(now: number): void {
    const begun = new Date(now - 60_000).toISOString();
    for (const vendor of this.#status.vendors) vendor.health_since = begun;
    for (const { components: some } of Object.values(this.#uptimes)) {
      for (const component of some) {
        const seconds = 60;
        const observed = seconds / (30 * 86_400);
        Object.assign(component, { observed, up: 1, seconds: [{ health: "operational", seconds }] });
      }
    }
  }

  /** More, longer and from further away than anybody would lay out a window for. */
  #crowd(now: number): void {
    const [first, second, third] = this.#status.vendors;
    const rename = (vendor: VendorView | undefined, name: string) => {
      if (!vendor) return;
      const before = vendor.vendor;
      for (const { incident, maintenance } of this.#details) {
        const event = incident ?? maintenance;
        if (event?.vendor === before) event.vendor = name;
      }
      const [scope, measured] = [this.#scopes[before], this.#uptimes[before]];
      if (scope) this.#scopes[name] = { ...scope, vendor: name };
      if (measured) this.#uptimes[name] = { ...measured, vendor: name };
      vendor.vendor = name;
    };
    rename(
      first,
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft for Intercontinental Telecommunications and Interoperability",
    );
    rename(second, "شركة المنارة للخدمات السحابية");
    rename(third, "東京クラウド決済プラットフォーム株式会社");
    for (const { incident } of this.#details) {
      if (incident?.vendor === second?.vendor && incident?.open) {
        incident.title = "انقطاع جزئي في خدمة الدفع: يتعذر على بعض العملاء إتمام الطلبات";
        incident.last_word = "نحن على علم بالمشكلة ونعمل على حلها، وسننشر التحديث التالي خلال 30 دقيقة.";
      }
      if (incident?.vendor === first?.vendor && incident?.open) {
        incident.title =
          "We are currently investigating elevated error rates, increased latency and intermittent unavailability affecting the provisioning, modification and deletion of virtual machines, volumes and snapshots in all regions https://status.harborline-cloud.example/incidents/01JABCDEFGHJKMNPQRSTVWXYZ0123456789-elevated-error-rates";
        incident.components = Array.from(
          { length: 60 },
          (_, index) => `Region ${index + 1}: virtual machines`,
        );
        incident.component_ids = incident.components.map(() => null);
      }
    }
    if (first) this.#manyComponents(first, 500);
    if (third) this.#manyIncidents(third, 300, now);
  }

  #manyComponents(vendor: VendorView, many: number): void {
    const scope = this.#scope(vendor.vendor);
    const [model] = scope.components;
    if (!model) return;
    scope.components = Array.from({ length: many }, (_, index) => ({
      ...model,
      id: `many${index}`,
      name: index % 50 === 0 ? `${"long".repeat(20)}-component-${index}` : `Component ${index}`,
      group: [`Region ${Math.floor(index / 40) + 1}`],
      health: index % 97 === 0 ? "major_outage" : "operational",
      since: vendor.health_since,
    }));
    vendor.scope = { chosen: many, of: many };
    vendor.troubled = scope.components.filter(({ health }) => health !== "operational");
  }

  #manyIncidents(vendor: VendorView, many: number, now: number): void {
    const model = this.#details.find(({ incident }) => incident?.open);
    if (!model?.incident) return;
    for (let index = 0; index < many; index += 1) {
      const started = new Date(now - index * 7_200_000 - 600_000).toISOString();
      const resolved = index < 12 ? null : new Date(Date.parse(started) + 5_400_000).toISOString();
      this.#details.push({
        ...structuredClone(model),
        incident: {
          ...model.incident,
          id: `crowd-${index}`,
          vendor: vendor.vendor,
          title: `Payments are delayed in region ${index + 1}`,
          open: resolved === null,
          phase: resolved === null ? "investigating" : "resolved",
          started_at: started,
          resolved_at: resolved,
          first_recorded_at: started,
        },
      });
    }
  }

  #lose(many: number): void {
    for (const vendor of this.#status.vendors.slice(0, many)) {
      Object.assign(vendor, { shown: "unknown", stale: true, source: "unreachable" });
      Object.assign(vendor, { shown_reason: "last word 25 min ago: operational; connection refused" });
    }
  }

  #decay(readAt: string, age: string): void {
    for (const vendor of this.#status.vendors) {
      vendor.shown_reason = `last word ${age}: ${(vendor.reported ?? "unknown").replaceAll("_", " ")}`;
      if (!isProblem(vendor.shown)) vendor.shown = "unknown";
      Object.assign(vendor, { stale: true, read_at: readAt, asked_at: readAt, source: "stale" });
    }
  }

  #scope(vendor: string): ScopeView {
    return (this.#scopes[vendor] ??= { vendor, chosen: false, components: [], missing: [], upstream: [] });
  }

  #vendor(name: string): VendorView {
    const wanted = name.toLowerCase();
    const found = this.#status.vendors.find(({ vendor }) => vendor.toLowerCase() === wanted);
    if (!found) throw refuse("not_found", `no vendor “${name}” is watched`);
    return found;
  }

  #detail(id: string, vendor: string | null): IncidentDetailView {
    const found = this.#details.find((detail) => {
      const event = detail.incident ?? detail.maintenance;
      return event?.id === id && (vendor === null || event.vendor === vendor);
    });
    if (!found) throw refuse("not_found", `nothing with the id “${id}” was recorded`);
    return found;
  }

  #now(): string {
    return new Date().toISOString();
  }

  #told(names: readonly string[]): StatusView {
    for (const vendor of this.#status.vendors) {
      const of = this.#details.filter(
        ({ incident, maintenance }) => (incident ?? maintenance)?.vendor === vendor.vendor,
      );
      vendor.incidents = of.flatMap(({ incident }) => (incident?.open ? [incident] : []));
      vendor.maintenances = of.flatMap(({ maintenance }) =>
        maintenance && maintenance.phase !== "completed" ? [maintenance] : [],
      );
    }
    this.#status.vendors.sort(
      (one, other) =>
        WEIGHT[other.shown] - WEIGHT[one.shown] ||
        other.incidents.length - one.incidents.length ||
        one.vendor.localeCompare(other.vendor),
    );
    const all = this.#status.vendors;
    const counted = all.filter((vendor) => vendor.counted);
    const drives = ({ incidents: open }: VendorView) =>
      open.length === 0 || open.some((one) => !one.acknowledged);
    const troubled = counted.filter((vendor) => isProblem(vendor.shown) && drives(vendor));
    const unknown = counted.filter((vendor) => vendor.shown === "unknown");
    const known = counted.filter((vendor) => vendor.shown !== "unknown");
    if (this.#status.engine.running) this.#status.engine.heartbeat_at = this.#now();
    return {
      ...this.#status,
      at: this.#now(),
      tray: troubled[0]?.shown ?? (known.length > 0 ? "operational" : "unknown"),
      tray_incomplete: troubled.length === 0 && known.length > 0 && unknown.length > 0,
      summary: summary(counted.length, troubled, unknown),
      vendors: names.length === 0 ? all : names.map((name) => this.#vendor(name)),
    };
  }

  async #answer(question: Question): Promise<Reply> {
    switch (question.request) {
      case "ping":
        return { reply: "pong", ...this.#status.engine };
      case "status":
        return { reply: "status", ...this.#told(question.vendors) };
      case "check":
        await this.#wait(1200);
        for (const vendor of this.#told(question.vendors).vendors) {
          vendor.asked_at = this.#now();
          if (vendor.source === "fresh") vendor.read_at = vendor.asked_at;
        }
        return { reply: "status", ...this.#missing(this.#told(question.vendors)) };
      case "add":
        return { reply: "added", ...(await this.#add(question.page)) };
      case "remove": {
        const { vendor, page } = this.#writable(question.vendor);
        this.#status.vendors = this.#status.vendors.filter((other) => other.vendor !== vendor);
        for (const { incident, maintenance } of this.#details) {
          const event = incident ?? maintenance;
          if (event?.vendor === vendor) event.watched = false;
        }
        this.#changed(page);
        return { reply: "removed", vendor, page };
      }
      case "scope":
        return { reply: "scope", ...this.#choose(question.vendor, question.components ?? null) };
      case "history":
        return { reply: "history", ...this.#history(question) };
      case "incident":
        return { reply: "incident", ...this.#detail(question.id, question.vendor ?? null) };
      case "at":
        return { reply: "at", time: question.time, vendors: this.#at(question.time, question.vendors) };
      case "search":
        return { reply: "search", ...this.#search(question.words, question.limit) };
      case "vendors": {
        const watched = this.#status.vendors.map(({ page }) => page);
        return { reply: "vendors", ...vendorsLike(question.words, question.limit, watched) };
      }
      case "uptime": {
        const known = this.#uptimes[this.#vendor(question.vendor).vendor];
        const { vendor, from, until } = question;
        return { reply: "uptime", ...(known ?? { vendor, from, until, components: [] }) };
      }
      case "mute":
        return { reply: "muted", ...this.#mute(question, question.until ?? FOREVER) };
      case "unmute":
        return { reply: "muted", ...this.#mute(question, null) };
      case "acknowledge": {
        const { incident } = this.#detail(question.incident, question.vendor);
        if (!incident) throw refuse("usage", "a maintenance cannot be acknowledged");
        incident.acknowledged = !question.undo;
        this.#changed("");
        return { reply: "acknowledged", incident };
      }
      case "accept_unreadable": {
        const vendor = this.#vendor(question.vendor);
        vendor.counted = !question.accept;
        vendor.accepted_unreadable = question.accept;
        if (question.accept) this.#accepted.add(vendor.vendor);
        else this.#accepted.delete(vendor.vendor);
        this.#changed(vendor.page);
        return { reply: "accepted_unreadable", vendor: vendor.vendor, accepted: question.accept };
      }
      case "doctor":
        return { reply: "doctor", findings: [{ level: "good", subject: "engine", text: "running" }] };
      case "pause":
        this.#status.engine.paused = { until: question.until ?? null };
        this.#changed("");
        return { reply: "paused", until: question.until ?? null };
      case "resume":
        this.#status.engine.paused = null;
        this.#changed("");
        return { reply: "resumed" };
    }
  }

  /** Only the answer to a check says what it could not read. */
  #missing(told: StatusView): StatusView {
    const missed = (vendor: VendorView) =>
      vendor.source === "fresh" || vendor.source === "stale" ? null : vendor.source_reason;
    const vendors = told.vendors.map((vendor) =>
      Object.assign(structuredClone(vendor), { missed: missed(vendor) }),
    );
    return { ...told, vendors };
  }

  #changed(page: string): void {
    this.hint({ changed: { page } });
  }

  #writable(name: string): VendorView {
    const vendor = this.#vendor(name);
    if (vendor.locked != null) throw refuse("configuration", `this entry is written in ${vendor.locked}`);
    return vendor;
  }

  async #add(typed: string): Promise<VendorView> {
    const { page, entry } = meant(typed);
    const { host } = new URL(page);
    if (this.#status.vendors.some((vendor) => isSamePage(vendor.page, page)))
      throw refuse("usage", `${page} is watched already`);
    await this.#wait(1500);
    if (host.includes("nothing"))
      throw refuse("page", `${page} was not added: it is not readable by programs; open it in a browser`);
    const name = entry?.name ?? host.replace(/^status\./, "").replace(/\..*$/, "");
    const feed = entry?.platform === "feed";
    const names = [["API", "Europe"], ["API", "North America"], ["Dashboard"], ["Webhooks"], ["Sign-in"]];
    const many = feed ? 0 : names.length;
    const vendor: VendorView = {
      ...structuredClone(this.#status.vendors[0] ?? (status.vendors[0] as VendorView)),
      vendor: name.charAt(0).toUpperCase() + name.slice(1),
      page,
      page_name: name,
      platform: feed ? "feed" : "statuspage",
      platform_name: feed ? "a feed: incidents only" : "Atlassian Statuspage",
      incidents_only: feed,
      doubts: host.includes("tidemark")
        ? ["nothing on it has changed since 4 May 2025: it may be abandoned"]
        : [],
      shown: feed ? "unknown" : "operational",
      reported: feed ? "unknown" : "operational",
      stale: false,
      shown_reason: null,
      source: "fresh",
      source_reason: null,
      counted: true,
      accepted_unreadable: false,
      muted_until: null,
      locked: null,
      read_at: this.#now(),
      asked_at: this.#now(),
      health_since: feed ? null : this.#now(),
      scope: { chosen: many, of: many },
      troubled: [],
      incidents: [],
      maintenances: [],
      overall_description: feed ? null : "All Systems Operational",
      overall_raw: feed ? null : "none",
    };
    this.#scopes[vendor.vendor] = {
      vendor: vendor.vendor,
      chosen: false,
      missing: [],
      upstream: [],
      components: names.slice(0, many).map((path, index) => ({
        id: `new${index}`,
        name: path.at(-1) ?? "",
        group: path.slice(0, -1),
        health: "operational",
        raw: "operational",
        since: this.#now(),
        in_scope: true,
      })),
    };
    this.#status.vendors.push(vendor);
    for (const { upstream } of Object.values(this.#scopes))
      for (const named of upstream) named.watched ||= isSamePage(named.page, page);
    this.#changed(vendor.page);
    return vendor;
  }

  /** Five times as many as were recorded, every tenth of them a feed. */
  #multiply(): void {
    const copies = [1, 2, 3, 4].flatMap((turn) =>
      this.#status.vendors.map((vendor, index) => {
        const copy = structuredClone(vendor);
        copy.vendor = `${vendor.vendor} ${turn + 1}`;
        copy.page = vendor.page.replace("https://status.", `https://status-${turn + 1}.`);
        if (index % 10 === 0)
          Object.assign(copy, { incidents_only: true, platform: "feed", shown: "unknown" });
        return copy;
      }),
    );
    this.#status.vendors.push(...copies);
  }

  #choose(name: string, ids: readonly string[] | null): ScopeView {
    const scope = this.#scope(this.#vendor(name).vendor);
    if (ids === null) return scope;
    const vendor = this.#writable(name);
    scope.chosen = ids.length > 0;
    for (const component of scope.components)
      component.in_scope = ids.length === 0 || ids.includes(component.id);
    const inScope = scope.components.filter((component) => component.in_scope);
    vendor.scope = { chosen: inScope.length, of: scope.components.length };
    vendor.troubled = inScope.filter(({ health }) => health !== "operational");
    vendor.shown =
      vendor.troubled.map(({ health }) => health).toSorted((a, b) => WEIGHT[b] - WEIGHT[a])[0] ??
      "operational";
    this.#changed(vendor.page);
    return scope;
  }

  #history(question: Extract<Question, { request: "history" }>) {
    const key = (detail: IncidentDetailView) =>
      detail.incident?.started_at ??
      detail.maintenance?.starts_at ??
      detail.incident?.first_recorded_at ??
      "";
    const of = this.#details
      .filter(({ incident, maintenance }) => {
        const { vendor } = (incident ?? maintenance) as IncidentView | MaintenanceView;
        const end = incident ? incident.resolved_at : (maintenance?.ends_at ?? null);
        const named = question.vendors.length === 0 || question.vendors.includes(vendor);
        return named && (question.since == null || end == null || end >= question.since);
      })
      .toSorted((one, other) => key(other).localeCompare(key(one)));
    const from = question.before == null ? 0 : Number(question.before);
    const part = of.slice(from, from + question.limit);
    const more = from + question.limit < of.length;
    return {
      incidents: part.flatMap(({ incident }) => incident ?? []),
      maintenances: part.flatMap(({ maintenance }) => maintenance ?? []),
      more,
      next: more ? String(from + question.limit) : null,
    };
  }

  #search(typed: string, limit: number) {
    const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const finds = this.#details.flatMap((detail) => {
      const event = detail.incident ?? detail.maintenance;
      if (!event || wanted.length === 0) return [];
      const texts = [event.title, ...detail.updates.map(({ text }) => text), detail.postmortem?.text ?? ""];
      if (!wanted.every((word) => texts.some((text) => text.toLowerCase().includes(word)))) return [];
      const excerpt = texts.find((text) => text.toLowerCase().includes(wanted[0] ?? "")) ?? "";
      const at = detail.updates.at(-1)?.at ?? this.#now();
      return [
        { vendor: event.vendor, event: event.id, title: event.title, at, excerpt: excerpt.slice(0, 240) },
      ];
    });
    const sorted = finds.toSorted((one, other) => other.at.localeCompare(one.at));
    return { finds: sorted.slice(0, limit), more: sorted.length > limit };
  }

  #at(time: string, names: readonly string[]) {
    const at = Date.parse(time);
    const worst = {
      none: "operational",
      minor: "degraded",
      major: "partial_outage",
      critical: "major_outage",
    } as const;
    return this.#told(names).vendors.map(({ vendor, page }, index) => {
      const moment = (known: (incident: IncidentView) => boolean): MomentView => {
        const open = this.#details.flatMap(({ incident }) => {
          if (incident?.vendor !== vendor || !known(incident)) return [];
          const begun = incident.started_at != null && Date.parse(incident.started_at) <= at;
          const over = incident.resolved_at != null && Date.parse(incident.resolved_at) <= at;
          return begun && !over ? [incident] : [];
        });
        const healths = open.map(({ impact }): Health => (impact === "unknown" ? "unknown" : worst[impact]));
        const health = healths.toSorted((a, b) => WEIGHT[b] - WEIGHT[a])[0] ?? "operational";
        return { health, troubled: [], incidents: open, maintenances: [] };
      };
      const since = Date.parse(this.#status.at) - (index % 7 === 5 ? 20 : 80) * 86_400_000;
      const watched = at >= since;
      return {
        vendor,
        page,
        watched_since: new Date(since).toISOString(),
        observed: watched && index % 5 !== 3,
        awaiting_since: null,
        known_then: watched ? moment(({ first_recorded_at }) => Date.parse(first_recorded_at) <= at) : null,
        known_now: moment(() => true),
      };
    });
  }

  #mute({ target, vendor: whose }: { target: string; vendor: string | null }, until: string | null) {
    const named = this.#status.vendors.find((other) => other.vendor.toLowerCase() === target.toLowerCase());
    const vendor = whose === null ? named : undefined;
    const incident = vendor ? null : this.#detail(target, whose).incident;
    if (vendor) vendor.muted_until = until;
    else if (incident) incident.muted_until = until;
    this.#changed(vendor?.page ?? "");
    return { what: vendor?.vendor ?? incident?.title ?? target, until };
  }
}

function summary(all: number, troubled: readonly VendorView[], unknown: readonly VendorView[]): string {
  const of = `${all} ${all === 1 ? "vendor" : "vendors"}`;
  const named = (some: readonly VendorView[]) => {
    const shown = some.slice(0, 3).map(({ vendor }) => vendor);
    return some.length > 3 ? `${shown.join(", ")} and ${some.length - 3} more` : shown.join(", ");
  };
  if (all === 0) return "No vendors are watched";
  if (troubled.length > 0) {
    const have = troubled.length === 1 ? "has a problem" : "have problems";
    const lost = unknown.length > 0 ? `; ${unknown.length} unknown` : "";
    return `${troubled.length} of ${of} ${have}: ${named(troubled)}${lost}`;
  }
  if (unknown.length === all) return `All ${of} are unknown`;
  if (unknown.length > 0) return `${unknown.length} of ${of} are unknown: ${named(unknown)}`;
  return all === 1 ? "1 vendor is fine" : `All ${of} are fine`;
}

const wanted = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("state");

const world = new RecordedWorld(
  (wanted ?? "storm") as Scenario,
  Date.now(),
  (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  (url) => window.open(url, "_blank", "noopener"),
);

// For whoever drives the recorded window from outside: a test, or a person at the browser's console.
Object.assign(globalThis, { world });

export default world;
