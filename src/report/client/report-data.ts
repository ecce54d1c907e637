import type { ReportData } from '../charts/report-data.js';

/** Reads the page's data block. */
export function readReportData(): ReportData {
  const block = document.getElementById('report-data');
  return JSON.parse(block?.textContent ?? '{}') as ReportData;
}
