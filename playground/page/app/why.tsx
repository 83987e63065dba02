import type { ReactNode } from "react";

/** Why something did not work; nothing where it did. */
export function Why({ children }: { readonly children?: ReactNode }) {
  return children ? (
    <p className="why" role="alert">
      {children}
    </p>
  ) : null;
}
