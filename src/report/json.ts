import type { Report } from './model.js';

/** report.json: the whole report, for programs. Fields that are undefined are left out. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
