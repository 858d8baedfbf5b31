// A component drawn again only when one of its properties is another object than before.
import { Component, createElement, type ComponentType, type FunctionComponent } from "preact";

export function memo<P extends object>(inner: FunctionComponent<P>): ComponentType<P> {
    return class Memo extends Component<P> {
        override shouldComponentUpdate(next: P): boolean {
            return Object.keys(next).some((key) => next[key as keyof P] !== this.props[key as keyof P]);
        }
        override render() {
            return createElement(inner as FunctionComponent, this.props);
        }
    };
}
