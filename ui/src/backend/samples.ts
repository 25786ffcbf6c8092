// Made-up answers for tests, each complete and unremarkable; a test says what is remarkable about its own.
import type {
  ComponentUptimeView,
  ComponentView,
  EngineView,
  IncidentDetailView,
  IncidentView,
  ListedView,
  MaintenanceView,
  RevisionView,
  StatusView,
  UpdateView,
  VendorsView,
  VendorView,
} from "./types.ts";

export const component = (some: Partial<ComponentView> = {}): ComponentView => ({
  id: "api",
  name: "API",
  group: [],
  health: "operational",
  raw: "operational",
  since: null,
  in_scope: true,
  ...some,
});

export const incident = (some: Partial<IncidentView> = {}): IncidentView => ({
  id: "one",
  vendor: "Fernpost",
  watched: true,
  title: "Letters are late",
  impact: "minor",
  phase: "investigating",
  open: true,
  listed: true,
  started_at: "2026-11-27T10:00:00Z",
  resolved_at: null,
  first_recorded_at: "2026-11-27T10:01:00Z",
  last_word_at: "2026-11-27T11:00:00Z",
  last_word: "We are looking into it.",
  updates: 1,
  url: "https://status.fernpost.example/incidents/one",
  components: [],
  component_ids: [],
  acknowledged: false,
  muted_until: null,
  ...some,
});

export const maintenance = (some: Partial<MaintenanceView> = {}): MaintenanceView => ({
  id: "work",
  vendor: "Fernpost",
  watched: true,
  title: "New sorting machine",
  phase: "in_progress",
  listed: true,
  starts_at: "2026-11-27T10:00:00Z",
  ends_at: "2026-11-27T11:00:00Z",
  overrunning: false,
  url: null,
  components: [],
  ...some,
});

export const update = (some: Partial<UpdateView> = {}): UpdateView => ({
  id: "first",
  phase: "investigating",
  phase_raw: "Investigating",
  at: "2026-11-27T10:00:00Z",
  recorded_at: "2026-11-27T10:01:00Z",
  edited_at: null,
  text: "We are looking into it.",
  deleted: false,
  components: [],
  earlier: [],
  ...some,
});

export const revision = (some: Partial<RevisionView> = {}): RevisionView => ({
  recorded_at: "2026-11-27T10:01:00Z",
  title: "Letters are late",
  impact: "minor",
  phase: "investigating",
  components: [],
  listed: true,
  ...some,
});

export const detail = (some: Partial<IncidentDetailView> = {}): IncidentDetailView => ({
  incident: incident(),
  maintenance: null,
  updates: [update()],
  revisions: [revision()],
  postmortem: null,
  ...some,
});

export const vendor = (some: Partial<VendorView> = {}): VendorView => ({
  vendor: "Fernpost",
  page: "https://status.fernpost.example/",
  page_name: "Fernpost",
  platform: "statuspage",
  platform_name: "Atlassian Statuspage",
  incidents_only: false,
  doubts: [],
  shown: "operational",
  stale: false,
  shown_reason: null,
  reported: "operational",
  overall_raw: "none",
  overall_description: null,
  read_at: "2026-11-27T11:59:00Z",
  asked_at: "2026-11-27T11:59:00Z",
  health_since: "2026-11-20T12:00:00Z",
  source: "fresh",
  source_reason: null,
  missed: null,
  counted: true,
  accepted_unreadable: false,
  muted_until: null,
  scope: { chosen: 1, of: 1 },
  troubled: [],
  incidents: [],
  maintenances: [],
  locked: null,
  ...some,
});

export const engine = (some: Partial<EngineView> = {}): EngineView => ({
  running: true,
  version: "0.1.0",
  pid: 1,
  heartbeat_at: "2026-11-27T12:00:00Z",
  offline_since: null,
  store_trouble: null,
  paused: null,
  ...some,
});

export const status = (some: Partial<StatusView> = {}): StatusView => ({
  at: "2026-11-27T12:00:00Z",
  engine: engine(),
  tray: "operational",
  tray_incomplete: false,
  summary: "1 vendor is fine",
  vendors: [vendor()],
  ...some,
});

export const uptime = (some: Partial<ComponentUptimeView> = {}): ComponentUptimeView => ({
  id: "api",
  name: "API",
  observed: 0.41,
  up: 0.9995,
  seconds: [],
  ...some,
});

export const listed = (some: Partial<ListedView> = {}): ListedView => ({
  slug: "fernpost",
  name: "Fernpost",
  aliases: [],
  category: "email",
  domain: "fernpost.example",
  page: "https://status.fernpost.example/",
  platform: "statuspage",
  platform_name: "Atlassian Statuspage",
  own: false,
  watched: false,
  matched: "name",
  alias: null,
  exact: false,
  ...some,
});

export const found = (...vendors: ListedView[]): VendorsView => ({
  vendors,
  more: false,
  catalogue: { vendors: 3234, categories: 33, updated: false },
  trouble: null,
});
