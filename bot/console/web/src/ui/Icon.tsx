/** Our own line icons, 20 × 20, drawn in the colour of the text; hidden from screen readers. */
const PATHS = {
  hash: "M7.6 3.5 6 16.5M14 3.5l-1.6 13M3.5 7.5h13.2M3.2 12.5h13.2",
  home: "M3.5 9.2 10 3.8l6.5 5.4M5.2 8.2v8h3.3v-4.4h3v4.4h3.3v-8",
  back: "M12.5 4.5 7 10l5.5 5.5",
  close: "M5 5l10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  send: "M3.6 10 3.5 4.2 17 10 3.5 15.8 3.6 10Zm0 0H10",
  more: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  reply: "M4 4.5h12v8.6H9.3L5.8 16v-2.9H4Z",
  react: "M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14ZM7.6 8.2h.01M12.4 8.2h.01M7 11.6a3.4 3.4 0 0 0 6 0",
  bolt: "M11 2.8 4.6 11.4h4.3L8.6 17.2l6.8-8.8H11Z",
  file: "M5.5 3h5.8l3.7 3.8V17h-9.5ZM11 3.2V7h3.8",
  upload: "M10 13V4m0 0L6.6 7.4M10 4l3.4 3.4M4 13.5V16h12v-2.5",
  sun: "M10 13.4a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM10 2.2v1.6M10 16.2v1.6M2.2 10h1.6M16.2 10h1.6M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M4.5 15.5l1.1-1.1M14.4 5.6l1.1-1.1",
  moon: "M16.4 11.6A6.8 6.8 0 0 1 8.4 3.6a6.8 6.8 0 1 0 8 8Z",
  eye: "M2.4 10S5.2 5 10 5s7.6 5 7.6 5-2.8 5-7.6 5-7.6-5-7.6-5ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  warn: "M10 3.2 17.6 16.4H2.4ZM10 8v4M10 14.2h.01",
  check: "M4.5 10.6 8.2 14.3 15.6 6",
  down: "M5 7.5l5 5 5-5",
  link: "M8.4 11.6a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.6 8.4a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1",
  copy: "M7 7h9.2v9.2H7ZM13 7V3.8H3.8V13H7",
  slash: "M12.6 4 7.4 16",
  people:
    "M7.4 9.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM2.6 16c0-2.7 2.1-4.4 4.8-4.4s4.8 1.7 4.8 4.4M13 9.2a2.2 2.2 0 0 0 0-4.4M14.4 11.8c1.8.4 3 1.9 3 4.2",
  list: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  const heavy = name === "more" || name === "check";
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} strokeWidth={heavy ? 2.4 : 1.5} />
    </svg>
  );
}
