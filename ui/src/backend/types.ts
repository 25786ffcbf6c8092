/* Made from schema.json by `npm run types`. Not to be edited. */

/**
 * What can be asked of an engine. A vendor is named by the name in the configuration, the page's own name, its
 * host or its address, without regard to case; an ambiguous name is an error that lists the candidates.
 */
export type Request =
  | {
      request: "ping";
    }
  | {
      request: "status";
      /**
       * Empty for all.
       */
      vendors: string[];
    }
  | {
      request: "check";
      /**
       * Empty for all.
       */
      vendors: string[];
    }
  | {
      request: "add";
      /**
       * The page's address, as pasted.
       */
      page: string;
      /**
       * What to call the vendor; `None` for the page's own name.
       */
      name: string | null;
    }
  | {
      request: "remove";
      /**
       * Which.
       */
      vendor: string;
    }
  | {
      request: "scope";
      /**
       * Which.
       */
      vendor: string;
      /**
       * Component ids, or names where they are unique; an empty list puts everything in scope; `None` changes nothing.
       */
      components: string[] | null;
    }
  | {
      request: "history";
      /**
       * Empty for all.
       */
      vendors: string[];
      /**
       * Only what was still going on at or after this moment.
       */
      since: string | null;
      /**
       * Only what began before this moment.
       */
      until: string | null;
      /**
       * How many at most.
       */
      limit: number;
      /**
       * Where an earlier answer ended: its `next`.
       */
      before: string | null;
    }
  | {
      request: "incident";
      /**
       * Its id on its page, or the address of its page.
       */
      id: string;
      /**
       * Whose, watched or no longer watched; `None` where the id tells.
       */
      vendor: string | null;
    }
  | {
      request: "at";
      /**
       * The moment.
       */
      time: string;
      /**
       * Empty for all.
       */
      vendors: string[];
    }
  | {
      request: "search";
      /**
       * The words; all must occur.
       */
      words: string;
      /**
       * How many at most.
       */
      limit: number;
    }
  | {
      request: "uptime";
      /**
       * Which vendor.
       */
      vendor: string;
      /**
       * Component ids or names; empty for every component in scope.
       */
      components: string[];
      /**
       * The begin.
       */
      from: string;
      /**
       * The end.
       */
      until: string;
    }
  | {
      request: "vendors";
      /**
       * A name, the beginning of one, what else a vendor is called, a domain, an address; empty for nobody.
       */
      words: string;
      /**
       * How many at most.
       */
      limit: number;
    }
  | {
      request: "mute";
      /**
       * A vendor, or an incident's id.
       */
      target: string;
      /**
       * Whose incident it is; `None` where the id tells, or a vendor is muted.
       */
      vendor: string | null;
      /**
       * Until when; `None` until it is lifted.
       */
      until: string | null;
    }
  | {
      request: "unmute";
      /**
       * A vendor, or an incident's id.
       */
      target: string;
      /**
       * As with [`Request::Mute`].
       */
      vendor: string | null;
    }
  | {
      request: "acknowledge";
      /**
       * The incident's id.
       */
      incident: string;
      /**
       * Whose; `None` where the id tells.
       */
      vendor: string | null;
      /**
       * Takes the acknowledgement back.
       */
      undo: boolean;
    }
  | {
      request: "accept_unreadable";
      /**
       * Which.
       */
      vendor: string;
      /**
       * Whether to accept.
       */
      accept: boolean;
    }
  | {
      request: "doctor";
    }
  | {
      request: "pause";
      /**
       * Until when; `None` until it is resumed.
       */
      until: string | null;
    }
  | {
      request: "resume";
    }
  | {
      request: "show";
      route: Route;
      /**
       * The token by which the desktop lets the window take the focus, if whoever asks was given one.
       */
      activation_token: string | null;
    };
/**
 * What a window shows.
 */
export type Route =
  | {
      view: "overview";
    }
  | {
      view: "vendor";
      /**
       * Which.
       */
      vendor: string;
    }
  | {
      view: "incident";
      /**
       * Whose; `None` where the id tells.
       */
      vendor: string | null;
      /**
       * Its id on its page, or the address of its page.
       */
      id: string;
    }
  | {
      view: "history";
    }
  | {
      view: "add";
    };
/**
 * The answer to a request, one arm per kind of answer.
 */
export type Reply =
  | (EngineView & {
      reply: "pong";
    })
  | (StatusView & {
      reply: "status";
    })
  | (VendorView & {
      reply: "added";
    })
  | (RemovedView & {
      reply: "removed";
    })
  | (ScopeView & {
      reply: "scope";
    })
  | (HistoryView & {
      reply: "history";
    })
  | (IncidentDetailView & {
      reply: "incident";
    })
  | (AtView & {
      reply: "at";
    })
  | (SearchView & {
      reply: "search";
    })
  | (UptimeView & {
      reply: "uptime";
    })
  | (VendorsView & {
      reply: "vendors";
    })
  | (MutedView & {
      reply: "muted";
    })
  | (AcknowledgedView & {
      reply: "acknowledged";
    })
  | (AcceptedView & {
      reply: "accepted_unreadable";
    })
  | (DoctorView & {
      reply: "doctor";
    })
  | (PausedView & {
      reply: "paused";
    })
  | {
      reply: "resumed";
    }
  | {
      reply: "shown";
    };
/**
 * How well a component, or a whole page, works.
 *
 * The scale is `operational < maintenance < degraded < partial_outage < major_outage`. `Unknown` stands beside
 * the scale, not on it: it neither outranks nor hides a known health.
 */
export type Health =
  "operational" | "maintenance" | "degraded" | "partial_outage" | "major_outage" | "unknown";
/**
 * How the page itself is. It says nothing about the vendor (T2).
 */
export type SourceState = "pending" | "fresh" | "stale" | "unreachable" | "unreadable" | "moved";
/**
 * How badly an incident hits, in the vendor's own judgement. It never raises a health.
 */
export type Impact = "none" | "minor" | "major" | "critical" | "unknown";
/**
 * Where an incident stands, in the vendor's own words.
 */
export type Phase = "investigating" | "identified" | "monitoring" | "resolved" | "postmortem" | "unknown";
/**
 * Where an announced maintenance stands.
 */
export type MaintenancePhase =
  "scheduled" | "in_progress" | "verifying" | "completed" | "cancelled" | "unknown";
/**
 * What of a vendor of the catalogue matched.
 */
export type MatchedBy = "name" | "alias" | "domain" | "page_host" | "similar";
/**
 * How bad a finding is.
 */
export type FindingLevel = "good" | "note" | "bad";
/**
 * The closed set of failures.
 */
export type ErrorCode =
  "usage" | "bad_input" | "unavailable" | "configuration" | "not_found" | "page" | "internal";
/**
 * What happened in an engine: a hint to ask again. The store is the truth; a hint carries none of it.
 */
export type Hint =
  | "subscribed"
  | "lagged"
  | {
      changed: {
        /**
         * The page's address.
         */
        page: string;
      };
    }
  | {
      polled: {
        /**
         * The page's address.
         */
        page: string;
      };
    }
  | "offline"
  | "online"
  | "woken"
  | "reloaded"
  | {
      config_refused: {
        /**
         * Why, in plain words.
         */
        reason: string;
      };
    }
  | {
      store_trouble: {
        /**
         * Why, and what to do, in plain words.
         */
        reason: string;
      };
    }
  | "store_well"
  | "paused"
  | "resumed"
  | {
      show: {
        route: Route;
        /**
         * The token by which the desktop lets it take the focus.
         */
        activation_token: string | null;
      };
    }
  | "stopping";

export interface Everything {
  Request: Request;
  Route: Route;
  Reply: Reply;
  PausedView: PausedView;
  EngineView: EngineView;
  Health: Health;
  VendorView: VendorView;
  SourceState: SourceState;
  ScopeCount: ScopeCount;
  ComponentView: ComponentView;
  IncidentView: IncidentView;
  Impact: Impact;
  Phase: Phase;
  MaintenanceView: MaintenanceView;
  MaintenancePhase: MaintenancePhase;
  StatusView: StatusView;
  RemovedView: RemovedView;
  UpstreamView: UpstreamView;
  ScopeView: ScopeView;
  HistoryView: HistoryView;
  UpdateView: UpdateView;
  TransitionView: TransitionView;
  EarlierTextView: EarlierTextView;
  RevisionView: RevisionView;
  PostmortemView: PostmortemView;
  IncidentDetailView: IncidentDetailView;
  VendorAtView: VendorAtView;
  MomentView: MomentView;
  AtView: AtView;
  FindView: FindView;
  SearchView: SearchView;
  ComponentUptimeView: ComponentUptimeView;
  HealthSeconds: HealthSeconds;
  UptimeView: UptimeView;
  ListedView: ListedView;
  MatchedBy: MatchedBy;
  CatalogueView: CatalogueView;
  VendorsView: VendorsView;
  MutedView: MutedView;
  AcknowledgedView: AcknowledgedView;
  AcceptedView: AcceptedView;
  FindingView: FindingView;
  FindingLevel: FindingLevel;
  DoctorView: DoctorView;
  ApiError: ApiError;
  ErrorCode: ErrorCode;
  Hint: Hint;
  Arrival: Arrival;
  StartAtLogin: StartAtLogin;
  Notice: Notice;
}
/**
 * The engine that answers.
 */
export interface EngineView {
  /**
   * Whether an engine is running; otherwise the store alone answers, and nothing is being checked.
   */
  running: boolean;
  /**
   * The engine's version, or this program's.
   */
  version: string;
  /**
   * The engine's process.
   */
  pid: number | null;
  /**
   * The last beat of its loop.
   */
  heartbeat_at: string | null;
  /**
   * Since when this machine has been offline, if it is.
   */
  offline_since: string | null;
  /**
   * Why nothing can be recorded at this moment, if that is so: a full disk, say.
   */
  store_trouble: string | null;
  /**
   * For how long notifications are paused, if they are.
   */
  paused: PausedView | null;
}
/**
 * A pause of notifications.
 */
export interface PausedView {
  /**
   * Until when; `None` until they are resumed.
   */
  until: string | null;
}
/**
 * What is known of vendors.
 */
export interface StatusView {
  /**
   * When this was answered.
   */
  at: string;
  engine: EngineView;
  tray: Health;
  /**
   * Whether that is not the whole truth: of some counted vendor it is not known how it is now.
   */
  tray_incomplete: boolean;
  /**
   * The same in words: "2 of 43 vendors have problems: GitHub, Stripe".
   */
  summary: string;
  /**
   * The vendors, worst first.
   */
  vendors: VendorView[];
}
/**
 * What is known of one vendor.
 */
export interface VendorView {
  /**
   * The vendor's name as the person knows it.
   */
  vendor: string;
  /**
   * The page's address.
   */
  page: string;
  /**
   * The page's own name.
   */
  page_name: string | null;
  /**
   * The platform's key; `None` while it has not been recognised.
   */
  platform: string | null;
  /**
   * The platform's name for people; `None` while it has not been recognised.
   */
  platform_name: string | null;
  /**
   * Whether the page can be read only through a feed, which tells of incidents alone: beyond them its health is unknown.
   */
  incidents_only: boolean;
  /**
   * What a person should know of the page although it can be read, in plain words: that it may be left over or abandoned.
   */
  doubts: string[];
  shown: Health;
  /**
   * Whether the last good read is too old for what was reported to be taken as it is now.
   */
  stale: boolean;
  /**
   * Why it is unknown or stale, in plain words; `None` while fresh.
   */
  shown_reason: string | null;
  /**
   * The last readable word of the vendor about what is in scope.
   */
  reported: Health | null;
  /**
   * The overall word as published.
   */
  overall_raw: string | null;
  /**
   * The sentence beside it.
   */
  overall_description: string | null;
  /**
   * When the page was last read.
   */
  read_at: string | null;
  /**
   * When the page was last asked.
   */
  asked_at: string | null;
  /**
   * Since when the reported health of what is in scope has been what it is, as recorded here; `None` where nothing tells.
   */
  health_since: string | null;
  source: SourceState;
  /**
   * Why the source is not fresh, in plain words.
   */
  source_reason: string | null;
  /**
   * Why the page could not be read when it was asked for this very answer, a check's; `None` where it was read, and where
   * nobody asked it.
   */
  missed: string | null;
  /**
   * Whether it counts for the tray and for exit codes.
   */
  counted: boolean;
  /**
   * Whether the person accepted that its page cannot be read; it is not counted then.
   */
  accepted_unreadable: boolean;
  /**
   * Until when it is muted; `None` if it is not, the far future if until lifted.
   */
  muted_until: string | null;
  scope: ScopeCount;
  /**
   * The components in scope that are not operational, worst first.
   */
  troubled: ComponentView[];
  /**
   * The open incidents that touch the scope, worst first.
   */
  incidents: IncidentView[];
  /**
   * The maintenances going on or announced, soonest first.
   */
  maintenances: MaintenanceView[];
  /**
   * Where this watch is written, if it cannot be changed by program: an included file, say.
   */
  locked: string | null;
}
/**
 * How many components are in scope.
 */
export interface ScopeCount {
  /**
   * In scope; equal to `of` where no scope was chosen.
   */
  chosen: number;
  /**
   * On the page.
   */
  of: number;
}
/**
 * One component.
 */
export interface ComponentView {
  /**
   * Its id.
   */
  id: string;
  /**
   * Its name.
   */
  name: string;
  /**
   * The names of the groups that hold it, outermost first.
   */
  group: string[];
  health: Health;
  /**
   * Its word as published.
   */
  raw: string | null;
  /**
   * Since when it has been so, as recorded here.
   */
  since: string | null;
  /**
   * Whether it is in scope.
   */
  in_scope: boolean;
}
/**
 * One incident in a list.
 */
export interface IncidentView {
  /**
   * Its id on its page.
   */
  id: string;
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * Whether the vendor is still watched; what was recorded before stays.
   */
  watched: boolean;
  /**
   * The title as published.
   */
  title: string;
  impact: Impact;
  phase: Phase;
  /**
   * Whether it is open.
   */
  open: boolean;
  /**
   * Whether the page still lists it; an open incident that is not listed is not resolved (T9).
   */
  listed: boolean;
  /**
   * When the vendor says it began.
   */
  started_at: string | null;
  /**
   * When the vendor says it was resolved.
   */
  resolved_at: string | null;
  /**
   * When it was first recorded here.
   */
  first_recorded_at: string;
  /**
   * When the vendor last wrote about it.
   */
  last_word_at: string | null;
  /**
   * Its latest words that were not taken away: the first sentence, or as much of it as 240 characters hold, plain.
   */
  last_word: string | null;
  /**
   * How many updates it has.
   */
  updates: number;
  /**
   * The official link.
   */
  url: string | null;
  /**
   * The names of the components that it names.
   */
  components: string[];
  /**
   * Their ids, in the same order; null where the page names one by its name alone.
   */
  component_ids: (string | null)[];
  /**
   * Whether it was acknowledged.
   */
  acknowledged: boolean;
  /**
   * Until when it is muted.
   */
  muted_until: string | null;
}
/**
 * One maintenance in a list.
 */
export interface MaintenanceView {
  /**
   * Its id on its page.
   */
  id: string;
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * Whether the vendor is still watched; what was recorded before stays.
   */
  watched: boolean;
  /**
   * The title as published.
   */
  title: string;
  phase: MaintenancePhase;
  /**
   * Whether the page still lists it; one that it does not list any more is neither over nor going on, as far as is known.
   */
  listed: boolean;
  /**
   * The announced begin.
   */
  starts_at: string | null;
  /**
   * The announced end.
   */
  ends_at: string | null;
  /**
   * Whether it goes on past its announced end.
   */
  overrunning: boolean;
  /**
   * The official link.
   */
  url: string | null;
  /**
   * The names of the components that it names.
   */
  components: string[];
}
/**
 * To remove.
 */
export interface RemovedView {
  /**
   * The vendor that is no longer watched.
   */
  vendor: string;
  /**
   * Its page.
   */
  page: string;
}
/**
 * A vendor's components.
 */
export interface ScopeView {
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * Whether a scope was chosen; otherwise everything is in it.
   */
  chosen: boolean;
  /**
   * The components in the page's order.
   */
  components: ComponentView[];
  /**
   * Ids in the scope that the page does not have.
   */
  missing: string[];
  /**
   * Other vendors that the page says it builds on, as far as the directory knows them.
   */
  upstream: UpstreamView[];
}
/**
 * Another vendor that a page names as one that it builds on.
 */
export interface UpstreamView {
  /**
   * The component that names it.
   */
  component: string;
  /**
   * The vendor's name in the directory.
   */
  vendor: string;
  /**
   * Its page.
   */
  page: string;
  /**
   * Whether that is watched already.
   */
  watched: boolean;
}
/**
 * Incidents and maintenances, newest first.
 */
export interface HistoryView {
  /**
   * The incidents.
   */
  incidents: IncidentView[];
  /**
   * The maintenances.
   */
  maintenances: MaintenanceView[];
  /**
   * Whether there are more than were asked for.
   */
  more: boolean;
  /**
   * Where they go on: to be given as `before`, with the same vendors and times.
   */
  next: string | null;
}
/**
 * One incident or maintenance, whole.
 */
export interface IncidentDetailView {
  /**
   * The incident; `None` for a maintenance.
   */
  incident: IncidentView | null;
  /**
   * The maintenance; `None` for an incident.
   */
  maintenance: MaintenanceView | null;
  /**
   * The updates, oldest first.
   */
  updates: UpdateView[];
  /**
   * What was said of it beside its updates, each time it changed, oldest first.
   */
  revisions: RevisionView[];
  /**
   * The write-up.
   */
  postmortem: PostmortemView | null;
}
/**
 * One update, with all its revisions.
 */
export interface UpdateView {
  /**
   * Its id.
   */
  id: string;
  /**
   * The phase word on our scale.
   */
  phase: string;
  /**
   * The phase word as published.
   */
  phase_raw: string | null;
  /**
   * When the vendor says it was published.
   */
  at: string | null;
  /**
   * When it was first recorded here.
   */
  recorded_at: string;
  /**
   * When the words as they are now were recorded here; `None` if they were never edited.
   */
  edited_at: string | null;
  /**
   * The text as it is now, plain.
   */
  text: string;
  /**
   * Whether the vendor took it away.
   */
  deleted: boolean;
  /**
   * The components that changed with it.
   */
  components: TransitionView[];
  /**
   * What it said before, oldest first; empty if it was never edited.
   */
  earlier: EarlierTextView[];
}
/**
 * A component's change, as an update tells it.
 */
export interface TransitionView {
  /**
   * The component's id.
   */
  id: string | null;
  /**
   * Its name then.
   */
  name: string;
  from: Health;
  /**
   * The word for it as published.
   */
  from_raw: string | null;
  to: Health;
  /**
   * The word for it as published.
   */
  to_raw: string | null;
}
/**
 * What an update said before it was edited.
 */
export interface EarlierTextView {
  /**
   * When those words were recorded here.
   */
  recorded_at: string;
  /**
   * The phase word then.
   */
  phase: string;
  /**
   * The text then, plain.
   */
  text: string;
}
/**
 * What was said of an incident or a maintenance at one time.
 */
export interface RevisionView {
  /**
   * When it was recorded here.
   */
  recorded_at: string;
  /**
   * The title then.
   */
  title: string;
  /**
   * The impact word then; `None` for a maintenance.
   */
  impact: Impact | null;
  /**
   * The phase word then.
   */
  phase: string;
  /**
   * The components named then.
   */
  components: string[];
  /**
   * Whether it was listed.
   */
  listed: boolean;
}
/**
 * A write-up.
 */
export interface PostmortemView {
  /**
   * Its text, plain.
   */
  text: string | null;
  /**
   * A link to it.
   */
  url: string | null;
  /**
   * When it was published.
   */
  at: string | null;
}
/**
 * Two answers about one moment.
 */
export interface AtView {
  /**
   * The moment.
   */
  time: string;
  /**
   * Per vendor.
   */
  vendors: VendorAtView[];
}
/**
 * Two answers about one vendor at one moment.
 */
export interface VendorAtView {
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * Its page.
   */
  page: string;
  /**
   * Since when it has been watched; a moment before is "not watched then".
   */
  watched_since: string | null;
  /**
   * Whether the page was really being observed at that moment.
   */
  observed: boolean;
  /**
   * Where the moment lies after the last reading, which still vouches for it, and the page goes on being read: when that
   * was. Whether it was being observed is known with the next reading.
   */
  awaiting_since: string | null;
  /**
   * What Signalbox knew then; `None` if it was not watched then.
   */
  known_then: MomentView | null;
  /**
   * What the vendor has said since about that moment; `None` if it has said nothing.
   */
  known_now: MomentView | null;
}
/**
 * How a vendor stood at a moment.
 */
export interface MomentView {
  health: Health;
  /**
   * The components that were not operational.
   */
  troubled: ComponentView[];
  /**
   * The incidents that were open.
   */
  incidents: IncidentView[];
  /**
   * The maintenances that were going on.
   */
  maintenances: MaintenanceView[];
}
/**
 * What was found.
 */
export interface SearchView {
  /**
   * The finds, newest first.
   */
  finds: FindView[];
  /**
   * Whether there are more than were asked for.
   */
  more: boolean;
}
/**
 * One find.
 */
export interface FindView {
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * The incident's or maintenance's id.
   */
  event: string;
  /**
   * Its title.
   */
  title: string;
  /**
   * When the words were published, else recorded.
   */
  at: string;
  /**
   * The place where the words occur, plain, at most 240 characters.
   */
  excerpt: string;
}
/**
 * Observed uptime.
 */
export interface UptimeView {
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * The begin.
   */
  from: string;
  /**
   * The end.
   */
  until: string;
  /**
   * Per component.
   */
  components: ComponentUptimeView[];
}
/**
 * One component's observed uptime.
 */
export interface ComponentUptimeView {
  /**
   * Its id.
   */
  id: string;
  /**
   * Its name.
   */
  name: string;
  /**
   * The share of the span that was observed with a known health, 0 to 1.
   */
  observed: number;
  /**
   * The share of the observed time that it worked (operational, maintenance or degraded), 0 to 1; `None` if nothing was observed: no data
   * is never 100 %.
   */
  up: number | null;
  /**
   * Seconds observed per health.
   */
  seconds: HealthSeconds[];
}
/**
 * Seconds observed in one health.
 */
export interface HealthSeconds {
  health: Health;
  /**
   * Whole seconds.
   */
  seconds: number;
}
/**
 * What was found in the catalogue.
 */
export interface VendorsView {
  /**
   * The vendors, the most probable first.
   */
  vendors: ListedView[];
  /**
   * Whether there are more than were asked for.
   */
  more: boolean;
  catalogue: CatalogueView;
  /**
   * What keeps part of the catalogue from being used, in plain words.
   */
  trouble: string | null;
}
/**
 * A vendor of the catalogue, watched or not.
 */
export interface ListedView {
  /**
   * A word that stands for it and for no other vendor of the catalogue.
   */
  slug: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * What else people call it or what it makes.
   */
  aliases: string[];
  /**
   * What it is for, such as `developer-tools`.
   */
  category: string;
  /**
   * Its own domain.
   */
  domain: string | null;
  /**
   * The address of its official status page.
   */
  page: string;
  /**
   * The key of the platform that probably is behind the page; the page itself overrules it.
   */
  platform: string | null;
  /**
   * That platform's name for people; its key where it is none that Signalbox reads.
   */
  platform_name: string | null;
  /**
   * Whether it is an entry of the person's own configuration.
   */
  own: boolean;
  /**
   * Whether this very page is watched.
   */
  watched: boolean;
  matched: MatchedBy;
  /**
   * The alias that matched.
   */
  alias: string | null;
  /**
   * Whether it is called just so, or the domain or host is its own; `false` for beginnings, parts and similar names.
   */
  exact: boolean;
}
/**
 * The catalogue of vendors.
 */
export interface CatalogueView {
  /**
   * How many vendors it holds.
   */
  vendors: number;
  /**
   * Of how many categories.
   */
  categories: number;
  /**
   * Whether its list was put in the place of the one that comes with the program.
   */
  updated: boolean;
}
/**
 * To mute and unmute.
 */
export interface MutedView {
  /**
   * What was muted, in words.
   */
  what: string;
  /**
   * Until when; `None` if it is not muted; the far future if until lifted.
   */
  until: string | null;
}
/**
 * To acknowledge.
 */
export interface AcknowledgedView {
  incident: IncidentView;
}
/**
 * To accept as unreadable.
 */
export interface AcceptedView {
  /**
   * The vendor.
   */
  vendor: string;
  /**
   * Whether its page is accepted as unreadable.
   */
  accepted: boolean;
}
/**
 * What an examination found.
 */
export interface DoctorView {
  /**
   * The findings, worst first.
   */
  findings: FindingView[];
}
/**
 * One finding.
 */
export interface FindingView {
  level: FindingLevel;
  /**
   * What was examined: "store", "configuration", a vendor's name.
   */
  subject: string;
  /**
   * What was found, and what to do.
   */
  text: string;
}
/**
 * Why a request was not answered. The code is for programs, the message for people.
 */
export interface ApiError {
  code: ErrorCode;
  /**
   * What happened and what to do, in plain words.
   */
  message: string;
}
/**
 * What a window that has just opened needs to know.
 */
export interface Arrival {
  /**
   * Where to go; `None` for the overview.
   */
  route: Route | null;
  /**
   * The program's version.
   */
  version: string;
  start_at_login: StartAtLogin;
  /**
   * What there is to know beside the vendors.
   */
  notices: Notice[];
}
/**
 * Whether Signalbox starts at login, and whether to offer it.
 */
export interface StartAtLogin {
  /**
   * Whether it does.
   */
  enabled: boolean;
  /**
   * Whether to offer it now: once, and never again after an answer.
   */
  offer: boolean;
}
/**
 * Something that the person should know beside the vendors' health.
 */
export interface Notice {
  /**
   * What it is about; there is one notice of each id at a time.
   */
  id: string;
  /**
   * The words.
   */
  text: string;
}
