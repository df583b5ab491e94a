/** Keeps what cannot be drawn from taking the page with it. */
import { Component, type ReactNode } from "react";

export class Guard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? (
      <p className="unknown">This part of the message cannot be shown here.</p>
    ) : (
      this.props.children
    );
  }
}
