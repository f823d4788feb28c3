// A long list of which only the visible rows exist. It is a listbox: arrows move, and the chosen row is shown elsewhere.
import { html, useState, useEffect, useLayoutEffect, useRef } from '../vendor/htm-preact-3.1.1.module.js';

const SPARE = 6;
const KEYS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };

/**
 * @param items what is loaded; total: how many there are; rowHeight in pixels, the same for all
 * @param keyOf gives an item's key; row draws it; onEnd is called when the end of what is loaded comes near
 */
export function WindowList({ label, items, total, rowHeight, keyOf, row, selected, onSelect, onEnd }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, height: 600 });

  const look = () => setView({ top: box.current.scrollTop, height: box.current.clientHeight });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    look();
    return () => observer.disconnect();
  }, []);

  const from = Math.max(0, Math.floor(view.top / rowHeight) - SPARE);
  const to = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE);
  useEffect(() => { if (to >= items.length - SPARE) onEnd?.(); }, [to, items.length]);

  const chosen = items.findIndex((item) => keyOf(item) === selected);
  const onKeyDown = (event) => {
    const step = KEYS[event.key];
    if (step === undefined || items.length === 0) return;
    event.preventDefault();
    const next = Math.min(items.length - 1, Math.max(0, chosen + step));
    onSelect(items[next]);
    reveal(next);
  };
  const reveal = (index) => {
    const element = box.current;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight - element.clientHeight;
  };

  const optionId = (index) => `option-${index}`;
  return html`
    <div class="window-list" ref=${box} role="listbox" aria-label=${label} tabindex="0" onScroll=${look} onKeyDown=${onKeyDown}
         aria-activedescendant=${chosen >= from && chosen < to ? optionId(chosen) : undefined}>
      <div class="window-rows" role="presentation" style=${{ height: `${items.length * rowHeight}px` }}>
        ${items.slice(from, to).map((item, n) => html`
          <div key=${keyOf(item)} id=${optionId(from + n)} role="option" aria-selected=${String(from + n === chosen)} aria-posinset=${from + n + 1}
               aria-setsize=${total} class="window-row" style=${{ top: `${(from + n) * rowHeight}px`, height: `${rowHeight}px` }}
               onClick=${() => onSelect(item)}>${row(item)}</div>`)}
      </div>
    </div>`;
}
