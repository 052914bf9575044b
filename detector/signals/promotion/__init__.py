"""What a page promotes: lists of domains, trades known for spam, calls to action, handles, keyword anchors."""
