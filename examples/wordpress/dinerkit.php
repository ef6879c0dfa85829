<?php
/**
 * Plugin Name: Dinerkit
 * Description: The shortcode [diner_form microsite="oak-and-salt"] puts the form for a guest's details on a page.
 * Version: 0.1.0
 * Requires at least: 6.1
 * Requires PHP: 7.4
 * License: MIT OR Apache-2.0
 */

defined( 'ABSPATH' ) || exit;

// Where your gateway is. wp-config.php may define it too.
defined( 'DINERKIT_GATEWAY' ) || define( 'DINERKIT_GATEWAY', 'https://booking.example' );

/** The form. What stands between the tags, such as a date of your own with slot="before", is shown in the form. */
function dinerkit_form( $attributes, $content = '' ) {
	$attributes = shortcode_atts( array( 'microsite' => '', 'country' => '', 'fields' => '' ), $attributes );
	// The script is on the pages that have a form, and on no others. The form's own page is for browsers without scripts.
	wp_enqueue_script( 'dinerkit', DINERKIT_GATEWAY . '/dinerkit/diner-form.js', array(), null, true );
	$page = DINERKIT_GATEWAY . '/api/ConsumerApi/v1/Restaurant/' . rawurlencode( $attributes['microsite'] ) . '/form';

	$form = '<diner-form';
	foreach ( array_filter( $attributes ) as $name => $value ) {
		$form .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	// WordPress ends a paragraph after the first tag, and begins one before the last.
	$content = preg_replace( '#^</p>|<p>$#', '', trim( $content ) );
	return sprintf( '%s>%s<noscript><a href="%s">%s</a></noscript></diner-form>', $form, $content, esc_url( $page ), esc_html__( 'Leave your details', 'dinerkit' ) );
}
add_shortcode( 'diner_form', 'dinerkit_form' );
