// Line drawings on a 24 x 24 grid. They never stand alone: a word is always next to them, or on the button for screen readers.
import { html } from '../vendor/htm-preact-3.1.1.module.js';

const paths = {
  ok: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8 12.4l2.7 2.7L16.2 9.4',
  warn: 'M12 4 2.8 20h18.4ZM12 10v4.2M12 17.2v.1',
  bad: 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3ZM9 9l6 6M15 9l-6 6',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.5M12 7.6v.1',
  wait: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.4 2',
  off: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8 12h8',
  overview: 'M3 8h14M13 4l4 4-4 4M21 16H7M11 12l-4 4 4 4',
  collections: 'M4 6.2C4 4.4 7.6 3 12 3s8 1.4 8 3.2-3.6 3.2-8 3.2-8-1.4-8-3.2v11.6C4 19.600 7.600 21 12 21s8-1.400 8-3.200V6.200M4 12c0 1.800 3.600 3.200 8 3.200s8-1.400 8-3.200',
  conflicts: 'M12 21v-7M12 14 5 6M12 14l7-8M5 11V6h5M14 6h5v5',
  quarantine: 'M4 8h16v12H4ZM2.500 4h19v4h-19ZM9.500 12h5',
  devices: 'M3 5h12v9H3ZM6 18h6M9 14v4M18 9h3v9h-5v-2',
  activity: 'M2.500 12h4l3-8 5 16 3-8h4',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400M9 14.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400',
  'collections-menu': 'M4 7h16M4 12h16M4 17h16',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  device: 'M3.500 5h17v11h-17ZM8.500 20h7M12 16v4',
  hub: 'M7 18.500a4.500 4.500 0 0 1-.6-8.960A6 6 0 0 1 18 10.600a4 4 0 0 1-.5 7.900Z',
  pause: 'M9 5v14M15 5v14',
  play: 'M7 4.500v15l12-7.500Z',
  retry: 'M20 12a8 8 0 1 1-2.500-5.800M20 3.500v4.500h-4.500',
  restore: 'M4 12a8 8 0 1 0 2.500-5.800M4 3.500v4.500h4.500',
  drop: 'M4 6.500h16M9 6.500v-3h6v3M6 6.500l1 14h10l1-14M10 11v5M14 11v5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16.200 16.200 21 21',
  close: 'M6 6l12 12M18 6 6 18',
  right: 'M9 5l7 7-7 7',
  left: 'M15 5l-7 7 7 7',
  lock: 'M5 11h14v10H5ZM8 11V7.500a4 4 0 0 1 8 0V11',
  out: 'M10 4H4v16h6M14 8l4 4-4 4M9 12h9',
  compare: 'M4 5h6v14H4ZM14 5h6v14h-6ZM6 9h2M6 12h2M16 9h2M16 12h2',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 14.600a2.600 2.600 0 1 0 0-5.200 2.600 2.600 0 0 0 0 5.200',
  up: 'M12 20V4M5 11l7-7 7 7',
};

export const Icon = ({ name, size = 20 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
       stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d=${paths[name] ?? paths.info} />
  </svg>`;
