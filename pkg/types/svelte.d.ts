/** Types of `dinerkit/svelte`: the places of the widget's form, for `<diner-form><DinerPlaces /> … </diner-form>`. */
import type { Component } from "svelte";

export const DinerPlaces: Component;
