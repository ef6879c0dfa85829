import { Component, CUSTOM_ELEMENTS_SCHEMA, inject, signal } from "@angular/core";
import { Meta } from "@angular/platform-browser";
import type { DinerFormEvents } from "dinerkit/widget";
import "dinerkit/widget";

@Component({
  selector: "app-booking",
  // Without it Angular refuses an element that is no component of its own.
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>Book a table</h1>
    <label><input id="choose" type="checkbox" (change)="asksForDate.set(!asksForDate())" /> Choose a date</label>
    <!-- The element has attributes, so bindings need "attr.". -->
    <diner-form microsite="oak-and-salt" [attr.gateway]="gateway" (diner-created)="book($event)">
      <!-- The date belongs to the booking. The form shows it in its place and checks that it is filled in. -->
      @if (asksForDate()) {
        <p slot="before">
          <label>Date <input type="date" name="BookingDate" required /></label>
        </p>
      }
    </diner-form>
    @if (customer(); as id) {
      <output>Booked for customer {{ id }}</output>
    }
  `,
})
export class Booking {
  protected readonly gateway = inject(Meta).getTag("name=gateway")?.content;
  protected readonly asksForDate = signal(false);
  protected readonly customer = signal<number | undefined>(undefined);

  protected book({ detail }: DinerFormEvents["diner-created"]): void {
    this.customer.set(detail.Id);
  }
}
