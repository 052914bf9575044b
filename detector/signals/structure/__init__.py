"""How a page is built: menus, ownership furniture, links, advertising and the shape of archive pages."""
