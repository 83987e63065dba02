import type { ReactNode } from "react";

/** The emoji that the bot uses, drawn: a machine without a font for emoji shows a box for most of them. */
const drawn: Readonly<Record<string, ReactNode>> = {
  white_check_mark: (
    <>
      <rect fill="#2e9e5b" height="16" rx="3" width="16" />
      <path d="M4 8.5 7 11.5 12.5 5" fill="none" stroke="#fff" strokeWidth="2.2" />
    </>
  ),
  x: <path d="M3 3 13 13M13 3 3 13" stroke="#d5334a" strokeWidth="3.4" />,
  warning: (
    <>
      <path d="M8 1 15.5 15H.5Z" fill="#f2b01e" />
      <path d="M8 6v4.5M8 12v1.6" stroke="#3a2c00" strokeWidth="1.8" />
    </>
  ),
  no_entry: (
    <>
      <circle cx="8" cy="8" fill="#d5334a" r="7.5" />
      <path d="M4 8h8" stroke="#fff" strokeWidth="2.6" />
    </>
  ),
  no_entry_sign: (
    <>
      <circle cx="8" cy="8" fill="none" r="6.4" stroke="#d5334a" strokeWidth="2.2" />
      <path d="M3.6 3.6 12.4 12.4" stroke="#d5334a" strokeWidth="2.2" />
    </>
  ),
  hourglass: (
    <path
      d="M4 1.5h8M4 14.5h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12"
      fill="none"
      stroke="#b07a2a"
      strokeWidth="1.6"
    />
  ),
  hourglass_flowing_sand: (
    <>
      <path
        d="M4 1.5h8M4 14.5h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12"
        fill="none"
        stroke="#b07a2a"
        strokeWidth="1.6"
      />
      <path d="M6 4.5h4L8 7ZM6 13.5h4L8 10.5Z" fill="#e0b060" />
    </>
  ),
  question: (
    <>
      <path
        d="M4.5 5.2C4.5 1 11.5 1 11.5 5 11.5 7.6 8 7.4 8 10.4"
        fill="none"
        stroke="#d5334a"
        strokeWidth="2.6"
      />
      <circle cx="8" cy="13.8" fill="#d5334a" r="1.6" />
    </>
  ),
  rotating_light: (
    <>
      <path d="M3.5 13V8a4.5 4.5 0 0 1 9 0v5Z" fill="#d5334a" />
      <path d="M2 14h12M8 .5v1.8M1.2 3.2l1.5 1M14.8 3.2l-1.5 1" stroke="#d5334a" strokeWidth="1.6" />
    </>
  ),
  information_source: (
    <>
      <rect fill="#3279d6" height="16" rx="3" width="16" />
      <path d="M8 7v5.5M8 3.4v1.8" stroke="#fff" strokeWidth="2.2" />
    </>
  ),
  double_vertical_bar: (
    <>
      <rect fill="#3279d6" height="16" rx="3" width="16" />
      <path d="M5.6 4v8M10.4 4v8" stroke="#fff" strokeWidth="2.2" />
    </>
  ),
  leftwards_arrow_with_hook: (
    <>
      <rect fill="#3279d6" height="16" rx="3" width="16" />
      <path d="M5.5 3.5 3 6l2.5 2.5M3 6h6.5a3 3 0 0 1 0 6H7" fill="none" stroke="#fff" strokeWidth="1.8" />
    </>
  ),
  red_circle: <circle cx="8" cy="8" fill="#d5334a" r="7" />,
  large_yellow_circle: <circle cx="8" cy="8" fill="#f2b01e" r="7" />,
  large_blue_circle: <circle cx="8" cy="8" fill="#3279d6" r="7" />,
  white_circle: <circle cx="8" cy="8" fill="none" r="6.2" stroke="#8a93a0" strokeWidth="1.6" />,
  fast_forward: (
    <>
      <rect fill="#3279d6" height="16" rx="3" width="16" />
      <path d="M3.5 4v8l5-4ZM8.5 4v8l5-4Z" fill="#fff" />
    </>
  ),
  lock: (
    <>
      <path d="M5 7.5V5a3 3 0 0 1 6 0v2.5" fill="none" stroke="#8a93a0" strokeWidth="1.8" />
      <rect fill="#d79a1e" height="8" rx="1.5" width="11" x="2.5" y="7" />
    </>
  ),
  unlock: (
    <>
      <path d="M3 7.5V5a3 3 0 0 1 6 0" fill="none" stroke="#8a93a0" strokeWidth="1.8" />
      <rect fill="#d79a1e" height="8" rx="1.5" width="11" x="2.5" y="7" />
    </>
  ),
  calendar: (
    <>
      <rect fill="#fff" height="12" rx="1.5" stroke="#8a93a0" strokeWidth="1.4" width="13" x="1.5" y="2.5" />
      <path d="M1.5 6V4A1.5 1.5 0 0 1 3 2.5h10A1.5 1.5 0 0 1 14.5 4v2Z" fill="#d5334a" />
    </>
  ),
  snowflake: (
    <path
      d="M8 1v14M2 4.5l12 7M14 4.5l-12 7"
      fill="none"
      stroke="#3f9fd6"
      strokeLinecap="round"
      strokeWidth="1.7"
    />
  ),
};

export function Emoji({ name, native }: { readonly name: string; readonly native: string }) {
  const picture = drawn[name];
  if (!picture) return native;
  const label = name.replaceAll("_", " ");
  return (
    <svg aria-label={label} className="emoji" role="img" viewBox="0 0 16 16">
      <title>{label}</title>
      {picture}
    </svg>
  );
}
