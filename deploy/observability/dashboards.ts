import type { DashboardPlan, PanelPlan } from './panels.ts';
import { eventLog } from './plans/event-log.ts';
import { gateway } from './plans/gateway.ts';
import { overview } from './plans/overview.ts';
import { processes } from './plans/processes.ts';

const WIDTH = 8;
const HEIGHT = 8;
const COLUMNS = 3;
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

const panelOf = ({ title, unit, description, queries }: PanelPlan, index: number) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  description,
  datasource: SOURCE,
  gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 5, showPoints: 'never' } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: queries.map(({ expr, legend }, at) => ({
    refId: String.fromCodePoint(65 + at),
    datasource: SOURCE,
    expr,
    legendFormat: legend,
    ...(expr.startsWith('histogram_quantile') ? { exemplar: true } : {}), // dots that lead to traces
  })),
});

const dashboardOf = ({ uid, title, panels }: DashboardPlan) => ({
  uid,
  title,
  tags: ['parley'],
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  templating: { list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }] },
  panels: panels.map((each, index) => panelOf(each, index)),
});

/** As Grafana imports them, by file name. */
export const dashboards = (): Record<string, ReturnType<typeof dashboardOf>> =>
  Object.fromEntries([overview, gateway, eventLog, processes].map((plan) => [`${plan.uid}.json`, dashboardOf(plan)]));
